import { z } from "zod";
import type { FileFault } from "../../domain/text/file-form.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { CliDeps } from "../cli-context.ts";
import { parseYaml, readYamlFile } from "./located-yaml.ts";
import { printYamlFaults } from "./print-faults.ts";

/** What is wrong with a part of a file: the keys and indexes that lead to it. */
export const faultDocument = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
});

/** Faults as a command answers them. */
export function faultsOf(faults: readonly FileFault[]): z.infer<typeof faultDocument>[] {
  return faults.map(({ path, message }) => ({ path: [...path], message }));
}

/**
 * Hands a file to a command, and prints what either finds wrong with it, with line and column. `what` is what the file has:
 * "plan", "list of routes". Throws invalid_input.
 */
export async function withYamlFile<Answer extends { readonly faults: readonly FileFault[] }>(
  deps: CliDeps,
  { file, what }: { readonly file: string; readonly what: string },
  ask: (value: unknown) => Promise<Answer>,
): Promise<Answer> {
  const yaml = parseYaml(readYamlFile(file, what), what);
  if (yaml.faults) {
    printYamlFaults(deps, file, yaml.faults);
    throw invalidFile(file);
  }
  const answer = await ask(yaml.value);
  if (answer.faults.length === 0) return answer;
  printYamlFaults(deps, file, yaml.located(answer.faults));
  throw invalidFile(file);
}

function invalidFile(file: string): Problem {
  return new Problem("invalid_input", `${file} cannot be used as it is.`);
}
