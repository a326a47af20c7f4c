import { isNode, isScalar, LineCounter, parseDocument, visit, type Document, type ErrorCode } from "yaml";
import { Problem } from "../../domain/problem/problem.ts";
import type { FileFault } from "../../domain/text/file-form.ts";
import { readNamedFile } from "../read-file.ts";
import { findDoubledKeys, findTooDeep } from "./yaml-limits.ts";

/** What is wrong with a file, and where: lines and columns count from 1. */
export interface YamlFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What a YAML file has, and where its parts are; or what is wrong with the YAML itself. */
export type LocatedYaml =
  | {
      readonly value: unknown;
      /** Places faults in the file, in its order. */
      located(faults: readonly FileFault[]): readonly YamlFault[];
      readonly faults?: undefined;
    }
  | { readonly faults: readonly YamlFault[] };

/** How many faults of the YAML itself are reported: one can cause many. */
const mostFaults = 20;

/** A thousand numbers need about 100 kB. */
const longestFile = 1_000_000;
/** How many bytes a character has at most. */
const mostBytesEach = 4;

/** The text of a YAML file that a person named. `what` is what it has: "plan", "list of routes". Throws invalid_input. */
export function readYamlFile(file: string, what: string): string {
  const text = readNamedFile(file, longestFile * mostBytesEach);
  if (text !== undefined && text.length <= longestFile) return text;
  const most = longestFile.toLocaleString("en");
  throw new Problem(
    "invalid_input",
    `${file} is too long for a ${what}, which has at most ${most} characters.`,
  );
}

/** Parses YAML. `what` is what the file has: "plan", "list of routes". */
export function parseYaml(text: string, what: string): LocatedYaml {
  const lineCounter = new LineCounter();
  lineCounter.addNewLine(0);
  const at = (offset: number, message: string): YamlFault => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const tooDeep = findTooDeep(text, lineCounter.addNewLine);
  if (tooDeep !== undefined) return { faults: [at(tooDeep, `This is nested too deeply for a ${what}.`)] };
  // Without `prettyErrors`, messages would repeat the place.
  const document = parseDocument(text, { prettyErrors: false, logLevel: "error", uniqueKeys: false });
  // What YAML only warns of, such as an unknown tag, would be read as something else than it says.
  const wrong = [...document.errors, ...document.warnings].slice(0, mostFaults);
  if (wrong.length > 0)
    return {
      faults: wrong.map(({ pos, code, message }) =>
        at(pos[0], ownWords.get(code)?.(what) ?? `${message.trim().replace(/\.$/u, "")}.`),
      ),
    };
  const doubled = findDoubledKeys(document).slice(0, mostFaults);
  if (doubled.length > 0) return { faults: doubled.map((offset) => at(offset, "This key is there twice.")) };
  if (isEmpty(document)) return { faults: [at(0, `The file is empty: it has no ${what}.`)] };
  const aliases: YamlFault[] = [];
  // They could make a small file huge.
  visit(document, {
    Alias: (_key, { range }) =>
      void aliases.push(at(range?.[0] ?? 0, `Write it out: a ${what} has no aliases.`)),
  });
  if (aliases.length > 0) return { faults: aliases.slice(0, mostFaults) };
  return {
    value: document.toJS(),
    located: (faults) =>
      faults
        .map(({ path, message }) => at(offsetOf(document, path), message))
        .toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

/** Own words for the faults that are likely, in place of those for programmers. */
const ownWords: ReadonlyMap<ErrorCode, (what: string) => string> = new Map([
  [
    "MULTIPLE_DOCS",
    (what: string) => `A file has one ${what}: write each in a file of its own, without “---” between them.`,
  ],
  ["TAB_AS_INDENT", () => "Indent with spaces: YAML takes no tabs."],
]);

/** Whether a file has nothing, or only comments. */
function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

/** Where the part with this path begins; if it is missing, the part that lacks it. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
