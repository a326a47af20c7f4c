import type { CliDeps } from "../cli-context.ts";
import { sanitize } from "../sanitize.ts";
import type { YamlFault } from "./located-yaml.ts";

/** Prints what is wrong with a file, a line for each fault, as compilers do. */
export function printYamlFaults(
  { out }: Pick<CliDeps, "out">,
  file: string,
  faults: readonly YamlFault[],
): void {
  for (const { line, column, message } of faults)
    out.err(`${sanitize(`${file}:${line}:${column}: ${message}`)}\n`);
}
