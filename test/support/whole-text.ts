const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What of Slack's own marks a text in mrkdwn has only a part of, and what of its characters; nothing where it is whole. */
export function brokenIn(mrkdwn: string, whole?: string): string[] {
  const found: string[] = [];
  const outside = mrkdwn.replace(/<(?:[@#!][^<>\n]*|https?:[^<>\n]*|mailto:[^<>\n]*)>/gu, "");
  for (const [part] of outside.matchAll(/&(?!(?:amp|lt|gt);).{0,5}/gu)) found.push(`escape: ${part}`);
  for (const [part] of outside.matchAll(/[<>].{0,20}/gu)) found.push(`mark: ${part}`);
  if (!mrkdwn.isWellFormed()) found.push("half of a character");
  const end = mrkdwn.endsWith("…") ? mrkdwn.slice(0, -1) : undefined;
  if (end !== undefined && /[\u200D\u{1F1E6}-\u{1F1FF}]$/u.test(end) && isTorn(end))
    found.push("a torn emoji");
  if (end !== undefined && whole !== undefined && isInside(end.replace(/[*`]+$/u, ""), whole))
    found.push("a torn character");
  return found;
}

function isTorn(end: string): boolean {
  if (end.endsWith("\u200D")) return true;
  const flags = /[\u{1F1E6}-\u{1F1FF}]+$/u.exec(end)?.[0] ?? "";
  return Array.from(flags).length % 2 === 1;
}

/** Whether a text that begins another one ends within one of its characters. */
function isInside(begin: string, whole: string): boolean {
  if (begin === "" || !whole.startsWith(begin)) return false;
  return [...segmenter.segment(whole)].every(({ index }) => index !== begin.length);
}
