const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const ellipsis = "…";
/**
 * Longer than any visible character that people write. A longer one is a pile of combining marks and may be cut
 * anywhere.
 */
const longestCharacter = 32;
/** Units of mrkdwn: an escape, a mention, link or date, an emoji name. */
const token = /&(?:amp|lt|gt);|<[^<>\n]{1,400}>|:[a-z0-9_+'-]{1,60}:/uy;

/**
 * Truncates to a number of code points, with an ellipsis in place of the last one. Never splits a visible character.
 */
export function truncate(text: string, most: number): string {
  return shortened(text, most, plainPieces);
}

/** `truncate` for mrkdwn. Never splits an escape, mention, date or emoji, and closes open formatting. */
export function truncateMrkdwn(text: string, most: number): string {
  if (fits(text, most)) return text;
  const upTo = (length: number): string =>
    `${closed(shortened(text, length, mrkdwnPieces).slice(0, -ellipsis.length))}${ellipsis}`;
  // Closing open formatting takes one or two characters.
  const short = upTo(most);
  return fits(short, most) ? short : upTo(most - 2);
}

function shortened(text: string, most: number, pieces: (text: string) => Iterable<string>): string {
  if (fits(text, most)) return text;
  let kept = "";
  let length = 0;
  for (const piece of pieces(text)) {
    const more = Array.from(piece).length;
    if (length + more > most - 1) break;
    kept += piece;
    length += more;
  }
  return `${kept}${ellipsis}`;
}

/** Counts only as far as necessary. */
function fits(text: string, most: number): boolean {
  return text.length <= most || Array.from(text).length <= most;
}

function* plainPieces(text: string): Iterable<string> {
  for (const { segment } of segmenter.segment(text)) {
    if (segment.length > longestCharacter) yield* segment;
    else yield segment;
  }
}

function* mrkdwnPieces(text: string): Iterable<string> {
  let at = 0;
  let plainFrom = 0;
  while (at < text.length) {
    const [found] = "&<:".includes(text[at] ?? "") ? (matchAt(text, at) ?? []) : [];
    if (found === undefined) {
      at += 1;
      continue;
    }
    yield* plainPieces(text.slice(plainFrom, at));
    yield found;
    at += found.length;
    plainFrom = at;
  }
  yield* plainPieces(text.slice(plainFrom));
}

function matchAt(text: string, at: number): RegExpExecArray | null {
  token.lastIndex = at;
  return token.exec(text);
}

/** Closes code and bold that are open in the last line. A mark next to a word joiner is an ordinary character. */
function closed(text: string): string {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  const inCode = odd(line, /(?<!\u2060)`(?!\u2060)/gu);
  const outside = line.replace(/`[^`]*(?:`|$)/gu, "");
  const inBold = odd(outside, /(?<!\u2060)\*(?!\u2060)/gu);
  if (!inCode && !inBold) return text;
  // Slack does not recognize a mark after a blank.
  return `${text.trimEnd()}${inCode ? "`" : ""}${inBold ? "*" : ""}`;
}

function odd(text: string, mark: RegExp): boolean {
  return (text.match(mark)?.length ?? 0) % 2 === 1;
}
