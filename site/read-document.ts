import { readFileSync } from "node:fs";
import { join } from "node:path";
import GithubSlugger from "github-slugger";
import { lexer, type Token, type TokensList } from "marked";

/** A heading with the anchor that GitHub gives it, which the site gives it too. */
export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly anchor: string;
}

/** A document of the repository, parsed. */
export interface Document {
  readonly file: string;
  readonly title: string;
  readonly tokens: TokensList;
  readonly headings: readonly Heading[];
  /** The addresses of its links and pictures, as written. */
  readonly links: readonly string[];
}

/** Reads a document, by its path in the repository. */
export function readDocument(root: string, file: string): Document {
  const tokens = lexer(readFileSync(join(root, file), "utf8"));
  const slugger = new GithubSlugger();
  const headings = tokens.flatMap((token) => {
    if (token.type !== "heading") return [];
    const text = plainOf(token);
    return [{ depth: Number(token["depth"]), text, anchor: slugger.slug(text) }];
  });
  const links = [...everyToken(tokens)].flatMap((token) =>
    token.type === "link" || token.type === "image" ? [String(token["href"])] : [],
  );
  return { file, title: headings[0]?.text ?? file, tokens, headings, links };
}

/** A token's text as a person reads it, without markup. */
export function plainOf(token: Token): string {
  const children = childrenOf(token);
  if (children.length > 0) return children.map(plainOf).join("");
  if (token.type === "br" || token.type === "space") return " ";
  return "text" in token ? unescaped(String(token.text)) : "";
}

/** All tokens, each before those inside it. */
export function* everyToken(tokens: readonly Token[]): Generator<Token> {
  for (const token of tokens) {
    yield token;
    yield* everyToken(childrenOf(token));
  }
}

function childrenOf(token: Token): readonly Token[] {
  if (token.type === "table") {
    const rows: readonly (readonly { readonly tokens: readonly Token[] }[])[] = [
      token["header"],
      ...token["rows"],
    ];
    return rows.flatMap((row) => row.flatMap(({ tokens }) => tokens));
  }
  if (token.type === "list") return token["items"];
  return "tokens" in token && token.tokens !== undefined ? token.tokens : [];
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
