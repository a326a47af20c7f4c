import {
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  stringify,
  visit,
  type Document,
  type ErrorCode,
} from "yaml";
import { parsePlan, planFile, type ConnectionIdOf } from "../../domain/failover/plan-file.ts";
import type { Plan } from "../../domain/failover/plan.ts";

/** What is wrong with a file, and where: lines and columns count from 1. */
export interface YamlFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParsedYaml =
  | { readonly plan: Plan; readonly faults?: undefined }
  | { readonly plan?: undefined; readonly faults: readonly YamlFault[] };

/** How many faults of the YAML itself are reported: one can cause many. */
const mostFaults = 20;

/** Parses a plan from YAML, and reports all faults at once, in the order of the file. */
export function parsePlanYaml(text: string, connectionIdOf: ConnectionIdOf): ParsedYaml {
  const lineCounter = new LineCounter();
  // Without `prettyErrors`, messages would repeat the place.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "error" });
  const at = (offset: number, message: string): YamlFault => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  // What YAML only warns of, such as an unknown tag, would be read as something else than it says.
  const wrong = [...document.errors, ...document.warnings].slice(0, mostFaults);
  if (wrong.length > 0)
    return {
      faults: wrong.map(({ pos, code, message }) =>
        at(pos[0], ownWords.get(code) ?? `${message.trim().replace(/\.$/u, "")}.`),
      ),
    };
  if (isEmpty(document)) return { faults: [at(0, "The file is empty: it has no plan.")] };
  const aliases: YamlFault[] = [];
  // They could make a small file huge.
  visit(document, {
    Alias: (_key, { range }) =>
      void aliases.push(at(range?.[0] ?? 0, "Write it out: a plan has no aliases.")),
  });
  if (aliases.length > 0) return { faults: aliases };
  const read = parsePlan(document.toJS(), connectionIdOf);
  if (read.plan) return read;
  const faults = read.faults.map(({ path, message }) => at(offsetOf(document, path), message));
  return { faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** Own words for the faults that are likely, in place of those for programmers. */
const ownWords: ReadonlyMap<ErrorCode, string> = new Map([
  ["MULTIPLE_DOCS", "A file has one plan: write each in a file of its own, without “---” between them."],
  ["DUPLICATE_KEY", "This key is there twice."],
  ["TAB_AS_INDENT", "Indent with spaces: YAML takes no tabs."],
  ["RESOURCE_EXHAUSTION", "This is nested too deeply for a plan."],
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

/** A plan as YAML. `parsePlanYaml` reads the same plan from it. */
export function planYaml(plan: Plan, connectionText: (connectionId: string) => string): string {
  return stringify(planFile(plan, connectionText), { lineWidth: 0 });
}
