import type { Token } from "marked";
import { addressOf } from "./addresses.ts";
import { plainOf, type Document } from "./read-document.ts";

/** What the search finds: the part of a document under one heading. */
export interface SearchSection {
  readonly address: string;
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

/** The sections of a document, from each heading to the next one. */
export function searchSections({ file, title, tokens, headings }: Document): readonly SearchSection[] {
  const texts: string[] = [];
  for (const token of tokens) {
    if (token.type === "heading") texts.push("");
    else if (texts.length > 0) texts[texts.length - 1] += ` ${wordsOf(token)}`;
  }
  return headings.map(({ text: heading, anchor }, index) => ({
    address: `${addressOf(file)}${index === 0 ? "" : `#${anchor}`}`,
    page: title,
    heading,
    text: (texts[index] ?? "").replaceAll(/\s+/gu, " ").trim(),
  }));
}

/** A block's words; cells and items stay apart. */
function wordsOf(token: Token): string {
  if (token.type === "table") {
    const rows: readonly (readonly Token[])[] = [token["header"], ...token["rows"]];
    return rows.map((row) => row.map(plainOf).join(" · ")).join(" ");
  }
  if (token.type === "list") {
    const items: readonly Token[] = token["items"];
    return items.map(plainOf).join(" ");
  }
  return plainOf(token);
}
