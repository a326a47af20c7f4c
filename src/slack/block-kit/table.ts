import type { KnownBlock, RichTextBlock, RichTextElement, TableBlock } from "@slack/types";
import { escape, message, sections, type Message } from "./blocks.ts";
import { stripMrkdwn } from "./format.ts";

/**
 * Slack's limits: rows with the heading, and characters in all cells. A message takes one table; a form and the App Home
 * take none. https://docs.slack.dev/reference/block-kit/blocks/table-block
 */
const most = { rows: 100, characters: 10_000 };

/** What a cell says: mrkdwn, of which only the words are shown, and the name of an emoji before them. */
type Cell = string | { readonly emoji: string; readonly text: string };

/** A row of a table that a phone shows without scrolling sideways. */
export type TableRow = readonly [Cell, Cell, Cell];

/** A table with headings, for a message; undefined if Slack has no room for it, or if there is nothing in it. */
export function table(
  headings: readonly [string, string, string],
  rows: readonly TableRow[],
): TableBlock | undefined {
  if (rows.length === 0 || rows.length + 1 > most.rows) return undefined;
  const elements = [headings.map((text) => [bold(text)]), ...rows.map((row) => row.map(cellElements))];
  const characters = elements.flat(2).reduce((sum, element) => sum + lengthOf(element), 0);
  if (characters > most.characters) return undefined;
  return {
    type: "table",
    column_settings: headings.map(() => ({ align: "left", is_wrapped: true })),
    rows: elements.map((row) => row.map(richText)),
  };
}

function cellElements(cell: Cell): RichTextElement[] {
  const { emoji, text } = typeof cell === "string" ? { emoji: undefined, text: cell } : cell;
  const words = plain(text);
  if (emoji !== undefined)
    return [
      { type: "emoji", name: emoji },
      { type: "text", text: ` ${words}` },
    ];
  // Slack refuses an empty cell.
  return [{ type: "text", text: words || "–" }];
}

function bold(text: string): RichTextElement {
  return { type: "text", text, style: { bold: true } };
}

function richText(elements: RichTextElement[]): RichTextBlock {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

/** The words of mrkdwn. Text of a cell is literal: Slack shows an entity as it is typed. */
function plain(mrkdwn: string): string {
  return stripMrkdwn(mrkdwn).replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&").trim();
}

/** An emoji counts by its name, which is more than Slack counts. */
function lengthOf(element: RichTextElement): number {
  if (element.type === "text") return Array.from(element.text).length;
  return element.type === "emoji" ? element.name.length : 0;
}

/** The message with its table as lines, for where Slack refuses tables; undefined for a message without one. */
export function withoutTable({ text, blocks }: Message): Message | undefined {
  if (!blocks.some(({ type }) => type === "table")) return undefined;
  const drawn = blocks.flatMap((block): KnownBlock[] =>
    block.type === "table" ? sections(block.rows.slice(1).map(rowText)) : [block],
  );
  return message(drawn, text);
}

function rowText(row: TableBlock["rows"][number]): string {
  return row.map(cellText).join(" · ");
}

function cellText(cell: TableBlock["rows"][number][number]): string {
  if (cell.type !== "rich_text") return escape(cell.text ?? "");
  const pieces = cell.elements.flatMap((part) => (part.type === "rich_text_section" ? part.elements : []));
  return pieces
    .map((piece) => {
      if (piece.type === "emoji") return `:${piece.name}:`;
      return piece.type === "text" ? escape(piece.text) : "";
    })
    .join("");
}
