import { readFileSync, statSync } from "node:fs";
import { Problem } from "../domain/problem/problem.ts";

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "its permissions do not allow it"],
]);

/** The text of a file that a person named on the command line. Throws a `Problem` if it cannot be read. */
export function readNamedFile(file: string): string;
/** The same, unless it is longer than that: then it is not read. */
export function readNamedFile(file: string, mostBytes: number): string | undefined;
export function readNamedFile(file: string, mostBytes = Number.POSITIVE_INFINITY): string | undefined {
  try {
    return statSync(file).size > mostBytes ? undefined : readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason = reasons.get(code) ?? String(error);
    throw new Problem("invalid_input", `Patchbay cannot read ${file}: ${reason}.`);
  }
}
