import { Problem } from "../../domain/problem/problem.ts";

/** The Problem of a failed write. `why` is the middle of a sentence. */
export function notRecorded(why: string, cause?: unknown): Problem {
  return new Problem("not_recorded", `Patchbay's database could not be written: ${why}.`, {}, cause);
}

/** The Problem of a record whose writer no longer holds the lock on its number. */
export function lockLost(): Problem {
  const words = "This server was held up, and its lock on the number has expired.";
  return new Problem("not_recorded", words, { field: "lock" });
}
