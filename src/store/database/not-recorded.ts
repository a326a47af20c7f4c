import { Problem } from "../../domain/problem/problem.ts";

/** The Problem of a failed write. `why` is the middle of a sentence. */
export function notRecorded(why: string, cause?: unknown): Problem {
  return new Problem("not_recorded", `Patchbay's database could not be written: ${why}.`, {}, cause);
}
