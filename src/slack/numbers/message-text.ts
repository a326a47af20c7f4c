import { z } from "zod";
import { typedText } from "../forms/typed-text.ts";

/** The depth to which blocks and attachments are searched. Slack's own are less deep. */
const deepest = 12;
/** The fields of a message with visible text, at any depth. */
const shown: ReadonlySet<string> = new Set([
  "text",
  "pretext",
  "title",
  "fallback",
  "footer",
  "author_name",
  "value",
  "description",
  "alt_text",
  "fields",
  "elements",
  "element",
  "accessory",
  "blocks",
  "columns",
  "rows",
  "options",
  "url",
]);

const anObject = z.record(z.string(), z.unknown());

/**
 * All visible text of a message, a line for each part: its text, its blocks and its attachments, which alerts often
 * use. Repeated text stays repeated. Linked numbers, as `tel:` addresses, are on lines of their own.
 */
export function messageText(message: unknown): string {
  const { text, blocks, attachments } = anObject.safeParse(message).data ?? {};
  const lines: string[] = [];
  if (typeof text === "string") addText(text, lines);
  for (const part of [blocks, attachments]) collect(part, lines, 0);
  return lines.join("\n");
}

function collect(part: unknown, lines: string[], depth: number): void {
  if (depth > deepest) return;
  if (Array.isArray(part)) {
    for (const each of part) collect(each, lines, depth + 1);
    return;
  }
  const read = anObject.safeParse(part);
  if (!read.success) return;
  if (isRichSection(read.data)) {
    lines.push(richText(read.data["elements"]));
    return;
  }
  // Only mrkdwn is escaped.
  const isPlain = read.data["type"] === "plain_text" || read.data["type"] === "raw_text";
  for (const [name, value] of Object.entries(read.data)) {
    // Values of buttons and addresses are invisible, except for `tel:` links.
    const isHidden = name === "url" || (name === "value" && read.data["type"] !== undefined);
    if (!shown.has(name) || (isHidden && !/^tel:/iu.test(String(value)))) continue;
    if (typeof value !== "string") collect(value, lines, depth + 1);
    else if (isPlain) lines.push(value);
    else addText(value, lines);
  }
}

function addText(sent: string, lines: string[]): void {
  lines.push(typedText(sent));
  for (const [, number] of sent.matchAll(/<tel:([^|<>]+)\|[^<>]*>/giu)) if (number) lines.push(number);
}

const isRichSection = ({ type, elements }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(elements) &&
  typeof type === "string" &&
  /^rich_text_(?:section|preformatted|quote)$/u.test(type);

const richElement = z.object({
  type: z.string(),
  text: z.string().optional(),
  url: z.string().optional(),
  name: z.string().optional(),
  unicode: z.string().optional(),
});

/** The text of a rich text element in one line, because a number may be spread over several parts. */
function richText(elements: unknown): string {
  const parts = z.array(z.unknown()).safeParse(elements).data ?? [];
  return parts
    .map((part) => {
      const { type, text, url = "", name } = richElement.safeParse(part).data ?? { type: "" };
      if (type === "link")
        return /^tel:/iu.test(url) && !/\d{4}/u.test(text ?? "") ? url.slice(4) : (text ?? url);
      if (type === "emoji") return name === undefined ? "" : typedText(`:${name}:`);
      return text ?? "";
    })
    .join("");
}
