import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  PlainTextElement,
  SectionBlock,
  StaticSelect,
} from "@slack/types";
import { visibleLine } from "../../domain/text/visible-text.ts";
import { truncate, truncateMrkdwn } from "./truncate.ts";

export { truncate as cut, truncateMrkdwn } from "./truncate.ts";

/** The limits of Slack's Block Kit reference that Patchbay comes close to, in characters or items. */
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

/** A message: its blocks, and the same content as text for lock screens and screen readers. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Escapes text from outside for mrkdwn: it cannot mention, link or format. */
export function escape(text: string): string {
  // Marks only format at the edge of a word. An invisible word joiner next to them prevents that.
  return escaped(text)
    .replace(/(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])|`/gu, (mark) => `\u2060${mark}\u2060`)
    .replace(/^\s*&gt;/u, (quote) => `\u2060${quote}`);
}

/**
 * Text from outside in bold. If it has a mark or a blank at its edge, Slack would not recognize our marks, so it stays
 * plain.
 */
export function bold(text: string): string {
  const inert = escape(text);
  return /^[\s\u2060]|[\s\u2060]$|^$/u.test(inert) ? inert : `*${inert}*`;
}

/** Text from outside as code. A text that contains a backtick stays plain. */
export function code(text: string): string {
  return text.includes("`") || text.trim() === "" ? escape(text) : `\`${escaped(text)}\``;
}

function escaped(text: string): string {
  return visibleLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A plain text element, of 75 characters by default, with all characters of text from outside visible. */
export function plainText(text: string, most: number = limits.buttonText): PlainTextElement {
  return { type: "plain_text", text: truncate(visibleLine(text), most), emoji: false };
}

export function section(mrkdwn: string, accessory?: SectionBlock["accessory"]): SectionBlock {
  const block: SectionBlock = {
    type: "section",
    text: { type: "mrkdwn", text: truncateMrkdwn(mrkdwn, limits.sectionText), verbatim: true },
  };
  return accessory ? { ...block, accessory } : block;
}

/** Distributes lines over as few sections as possible. Splits a line only if it is too long for one section. */
export function sections(lines: readonly string[]): SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const joined = texts.length === 0 ? line : `${texts.at(-1)}\n${line}`;
    if (joined.length <= limits.sectionText && texts.length > 0) texts[texts.length - 1] = joined;
    else texts.push(line);
  }
  return texts.map((text) => section(text));
}

export function context(mrkdwn: string): ContextBlock {
  return {
    type: "context",
    elements: [{ type: "mrkdwn", text: truncateMrkdwn(mrkdwn, limits.sectionText), verbatim: true }],
  };
}

export function header(text: string): HeaderBlock {
  return { type: "header", text: plainText(text, 150) };
}

/** A button. Its value, of at most 2,000 characters, is sent with the click. */
export function button(action_id: string, text: string, value: string, style?: "primary" | "danger"): Button {
  const element: Button = { type: "button", action_id, text: plainText(text), value };
  return style ? { ...element, style } : element;
}

/** One entry of a menu. */
export interface MenuEntry {
  readonly text: string;
  readonly value: string;
}

/** A menu of entries, of which one is chosen. */
export function menu(
  action_id: string,
  placeholder: string,
  entries: readonly MenuEntry[],
  chosen: string,
): StaticSelect {
  const options = entries.map(({ text, value }) => ({ text: plainText(text), value }));
  const initial_option = options.find(({ value }) => value === chosen);
  return {
    type: "static_select",
    action_id,
    placeholder: plainText(placeholder),
    options,
    ...(initial_option ? { initial_option } : {}),
  };
}

export function actions(elements: ActionsBlock["elements"]): ActionsBlock {
  return { type: "actions", elements };
}

/** A time that Slack shows in each reader's time zone; the fallback is in UTC, to the minute. */
export function slackDate(at: Date | string, form = "{date_short_pretty} {time_secs}"): string {
  const date = new Date(at);
  return `<!date^${Math.floor(date.getTime() / 1000)}^${form}|${date.toISOString().slice(0, 16).replace("T", " ")} UTC>`;
}

/** A message of at most 50 blocks, with the same content as text. */
export function message(blocks: KnownBlock[], text: string): Message {
  return { text: truncateMrkdwn(text, limits.messageText), blocks: fitBlocks(blocks, limits.messageBlocks) };
}

/** Limits the number of blocks. A line says how many were left out; buttons at the end stay. */
export function fitBlocks(blocks: readonly KnownBlock[], most: number): KnownBlock[] {
  if (blocks.length <= most) return [...blocks];
  const buttons = blocks.at(-1)?.type === "actions" ? blocks.slice(-1) : [];
  const kept = blocks.slice(0, most - buttons.length - 1);
  const left = blocks.length - kept.length - buttons.length;
  const words = `And ${left} more that Slack has no room for here. \`/number list\` has all numbers, and \`/number history\` all changes.`;
  return [...kept, context(words), ...buttons];
}
