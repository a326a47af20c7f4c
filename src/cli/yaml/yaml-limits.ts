import { isScalar, Lexer, Parser, visit, type Document } from "yaml";

/** How deeply the parts of a file may be nested. A plan needs about fifteen levels. */
const deepest = 64;

/**
 * Where a text is nested more deeply than that; undefined if it is not. It stops there: the library goes on to the end of the text,
 * for minutes or until the process crashes. Says where each line that it has read begins.
 */
export function findTooDeep(text: string, onNewLine: (offset: number) => void): number | undefined {
  const parser = new Parser(onNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser;
    // The tokens are only made.
    for (const _token of parser.next(lexeme));
    if (parser.stack.length > deepest) return offset;
  }
  return undefined;
}

/** Where keys are that their mapping has already, in the order of the file. The library compares each key with each other one. */
export function findDoubledKeys(document: Document): readonly number[] {
  const doubled: number[] = [];
  visit(document, {
    Map: (_key, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) doubled.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
    },
  });
  return doubled.toSorted((a, b) => a - b);
}
