import type {
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  PlainTextElement,
  SectionBlock,
  StaticSelect,
} from "@slack/types";
import { visibleLine } from "../../domain/visible-text.ts";
import { truncate, truncateMrkdwn } from "./truncate.ts";

export { truncate as cut, truncateMrkdwn } from "./truncate.ts";

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

/** A plain text, of 75 characters unless its place takes more. What comes from outside hides nothing in it. */
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

/** Lines in as few sections as they fit into, each line whole unless it is too long for a section of its own. */
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

/** A button. Its value comes back with the click and is at most 2,000 characters. */
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

export function actions(buttons: Button[]): KnownBlock {
  return { type: "actions", elements: buttons };
}

/** A moment as Slack shows it in each reader's own zone; to the minute in UTC for where it cannot. */
export function slackDate(at: Date | string, form = "{date_short_pretty} {time_secs}"): string {
  const date = new Date(at);
  return `<!date^${Math.floor(date.getTime() / 1000)}^${form}|${date.toISOString().slice(0, 16).replace("T", " ")} UTC>`;
}

/** A message of at most 50 blocks, with the text that says the same. */
export function message(blocks: KnownBlock[], text: string): Message {
  return { text: truncateMrkdwn(text, limits.messageText), blocks: fitBlocks(blocks, limits.messageBlocks) };
}

/** At most so many blocks: where some do not fit, a line says how many, and buttons at the end stay. */
export function fitBlocks(blocks: readonly KnownBlock[], most: number): KnownBlock[] {
  if (blocks.length <= most) return [...blocks];
  const buttons = blocks.at(-1)?.type === "actions" ? blocks.slice(-1) : [];
  const kept = blocks.slice(0, most - buttons.length - 1);
  const left = blocks.length - kept.length - buttons.length;
  const words = `And ${left} more that Slack has no room for here. \`/number list\` has all numbers, and \`/number history\` all changes.`;
  return [...kept, context(words), ...buttons];
}
