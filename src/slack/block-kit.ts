import type {
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  PlainTextElement,
  SectionBlock,
} from "@slack/types";
import { visibleLine } from "../domain/visible-text.ts";

/** Slack's limits that Patchbay comes near to, in characters or items, from Slack's Block Kit reference. */
export const limits = {
  sectionText: 3000,
  buttonText: 75,
  buttonValue: 2000,
  optionText: 75,
  optionValue: 75,
  options: 100,
  messageBlocks: 50,
  viewBlocks: 100,
  messageText: 4000,
  privateMetadata: 3000,
  label: 2000,
  inputMax: 3000,
} as const;

/** A message: its blocks, and a text that says the same for lock screens and screen readers. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Text from outside, made harmless for mrkdwn: it can neither mention, nor link, nor format. */
export function escape(text: string): string {
  // Marks format only at the edge of a word; an invisible word joiner beside them takes that meaning away.
  return escaped(text)
    .replace(/(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])|`/gu, (mark) => `\u2060${mark}\u2060`)
    .replace(/^\s*&gt;/u, (quote) => `\u2060${quote}`);
}

/** Text from outside in bold. With a mark or blank at its edge Slack would not read our own marks, so it stays plain. */
export function bold(text: string): string {
  const inert = escape(text);
  return /^[\s\u2060]|[\s\u2060]$|^$/u.test(inert) ? inert : `*${inert}*`;
}

/** Text from outside as code, which Slack shows as it is; one that holds the mark of code stays plain. */
export function code(text: string): string {
  return text.includes("`") || text.trim() === "" ? escape(text) : `\`${escaped(text)}\``;
}

function escaped(text: string): string {
  return visibleLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** At most so many characters (code points), the last one an ellipsis when something was cut. */
export function cut(text: string, most: number): string {
  const points = Array.from(text);
  return points.length <= most ? text : `${points.slice(0, most - 1).join("")}…`;
}

/** A plain text, of 75 characters unless its place takes more. What comes from outside hides nothing in it. */
export function plain(text: string, most: number = limits.buttonText): PlainTextElement {
  return { type: "plain_text", text: cut(visibleLine(text), most), emoji: false };
}

export function section(mrkdwn: string, accessory?: Button): SectionBlock {
  const block: SectionBlock = {
    type: "section",
    text: { type: "mrkdwn", text: cut(mrkdwn, limits.sectionText), verbatim: true },
  };
  return accessory ? { ...block, accessory } : block;
}

export function context(mrkdwn: string): ContextBlock {
  return {
    type: "context",
    elements: [{ type: "mrkdwn", text: cut(mrkdwn, limits.sectionText), verbatim: true }],
  };
}

export function header(text: string): HeaderBlock {
  return { type: "header", text: plain(text, 150) };
}

/** A button. Its value comes back with the click and is at most 2,000 characters. */
export function button(action_id: string, text: string, value: string, style?: "primary" | "danger"): Button {
  const element: Button = { type: "button", action_id, text: plain(text), value };
  return style ? { ...element, style } : element;
}

export function actions(buttons: Button[]): KnownBlock {
  return { type: "actions", elements: buttons };
}

/** A moment as Slack shows it in each reader's own zone; with UTC for where it cannot. */
export function slackDate(at: Date | string, form = "{date_short_pretty} {time_secs}"): string {
  const date = new Date(at);
  return `<!date^${Math.floor(date.getTime() / 1000)}^${form}|${date.toISOString()}>`;
}

/** A message of at most 50 blocks, with the text that says the same. */
export function message(blocks: KnownBlock[], text: string): Message {
  return { text: cut(text, limits.messageText), blocks: blocks.slice(0, limits.messageBlocks) };
}
