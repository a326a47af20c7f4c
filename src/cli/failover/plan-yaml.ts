import { isNode, LineCounter, parseDocument, stringify, visit, type Document } from "yaml";
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

/** Parses a plan from YAML, and reports all faults at once, in the order of the file. */
export function parsePlanYaml(text: string, connectionIdOf: ConnectionIdOf): ParsedYaml {
  const lineCounter = new LineCounter();
  // Without `prettyErrors`, messages would repeat the place.
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const at = (offset: number, message: string): YamlFault => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  if (document.errors.length > 0)
    return { faults: document.errors.map(({ pos, message }) => at(pos[0], `${message.trim()}.`)) };
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
