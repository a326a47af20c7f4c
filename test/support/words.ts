import type { Harness } from "../../src/demo/harness.ts";
import {
  visibleText,
  type SandboxMessage,
  type SandboxView,
  type SlackPerson,
} from "../../src/sandbox/slack/index.ts";
import { isUpdate, type RecordedRequest, type VendorSandbox } from "../../src/sandbox/vendors/index.ts";

/** Words without marks and with single blanks, to compare what a lock screen says with what the blocks say. */
export function unmarked(words: string): string {
  return words
    .replace(/[*_`\u2060]/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
}

/** The sections of a message whose words its plain text leaves out; none when both say the same. */
export function leftOut(message: SandboxMessage): string[] {
  const text = unmarked(message.text);
  return message.blocks.flatMap((block) => {
    const { text: said } = block as { text?: { text?: string } };
    return block["type"] === "section" && said?.text && !text.includes(unmarked(said.text))
      ? [said.text]
      : [];
  });
}

/** What somebody reads in the blocks of a message or form, leaving out the text for lock screens. */
export function blockText(shown: SandboxMessage | SandboxView | undefined): string {
  return visibleText({ blocks: shown?.blocks ?? [] });
}

interface ShownElement {
  readonly type?: string;
  readonly text?: { readonly text?: string };
  readonly options?: readonly Pick<ShownElement, "text">[];
}

/** The labels of a message's or form's buttons, in reading order, also of those in an overflow menu. */
export function buttonsOf(shown: { blocks: Record<string, unknown>[] } | undefined): string[] {
  const found: string[] = [];
  for (const block of shown?.blocks ?? []) {
    const { elements, accessory } = block as { elements?: unknown[]; accessory?: unknown };
    for (const element of [...(elements ?? []), accessory]) {
      const { type, text, options } = (element ?? {}) as ShownElement;
      if (type === "button" && text?.text) found.push(text.text);
      if (type === "overflow") found.push(...(options ?? []).flatMap((each) => each.text?.text ?? []));
    }
  }
  return found;
}

/** Does something that opens a form, and waits until this new form says something. */
export async function opens(
  harness: Harness,
  who: SlackPerson,
  act: () => Promise<unknown>,
  words: string,
): Promise<SandboxView> {
  const before = who.view()?.id;
  await act();
  return harness.slack.eventually(`a new form that says “${words}”`, () => {
    const view = who.view();
    return view && view.id !== before && blockText(view).includes(words) ? view : undefined;
  });
}

/** The updates that a vendor has seen since it had seen so many requests. */
export function patchesSince(vendor: VendorSandbox, before: number): RecordedRequest[] {
  return vendor.requests.slice(before).filter(isUpdate);
}

/** Where log lines go in a run that provokes warnings. */
export const quiet = { write: (): void => undefined };

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
