import { LIMITS } from "./block-kit-limits.ts";
import {
  anything,
  characters,
  type Check,
  complain,
  flag,
  list,
  number,
  object,
  oneOf,
  string,
  typed,
} from "./checks.ts";
import { isObject, objectsOf } from "../json.ts";

/**
 * The table block, from https://docs.slack.dev/reference/block-kit/blocks/table-block. What that page leaves out is from
 * Slack's answers: a cell's text has at least one character, and a message has one table.
 */
const kind = { type: anything };
const style = object({ bold: flag, italic: flag, strike: flag, code: flag });
const inCell = typed(
  {
    text: object({ ...kind, text: string(LIMITS.table.characters, 1), style }, ["text"]),
    emoji: object({ ...kind, name: string(LIMITS.id, 1), unicode: string(LIMITS.id), style }, ["name"]),
    link: object({ ...kind, url: string(LIMITS.button.url, 1), text: string(LIMITS.text), style }, ["url"]),
    user: object({ ...kind, user_id: string(LIMITS.id, 1), style }, ["user_id"]),
  },
  ["text", "emoji", "link", "user"],
);
const ofCell = typed(
  { rich_text_section: object({ ...kind, elements: list(inCell, LIMITS.table.elements, 1) }, ["elements"]) },
  ["rich_text_section"],
);
const cell = typed(
  {
    raw_text: object({ ...kind, text: string(LIMITS.table.characters, 1) }, ["text"]),
    raw_number: object({ ...kind, value: number(), text: string(LIMITS.text, 1) }, ["value"]),
    rich_text: object({ ...kind, block_id: string(LIMITS.id), elements: list(ofCell, 1, 1) }, ["elements"]),
  },
  ["raw_text", "raw_number", "rich_text"],
);
const column = object({ align: oneOf("left", "center", "right"), is_wrapped: flag });

const fewCharacters: Check = (value, at, found) => {
  if (cellCharacters(value) > LIMITS.table.characters)
    complain(found, at, `cells have more than ${LIMITS.table.characters} characters`);
};

/** Checks a table. */
export const tableBlock = object(
  {
    type: anything,
    block_id: string(LIMITS.id, 1),
    rows: list(list(cell, LIMITS.table.columns, 1), LIMITS.table.rows, 1),
    column_settings: list(column, LIMITS.table.columns),
  },
  ["rows"],
  fewCharacters,
);

/** How many tables there are among the blocks of a message. */
export function tableCount(blocks: unknown): number {
  return objectsOf(blocks).filter(({ type }) => type === "table").length;
}

/** The characters of all cells of a table. */
function cellCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + cellCharacters(each), 0);
  if (!isObject(value)) return 0;
  const { text, rows, elements } = value;
  return (typeof text === "string" ? characters(text) : 0) + cellCharacters(rows) + cellCharacters(elements);
}
