import type { Checkpoint } from "../../domain/audit/audit-chain.ts";

/** Runs `act` at an interval in milliseconds, until the returned function is called. */
export type Every = (ms: number, act: () => void) => () => void;

const everyEntries = 1_000;
/** How long new entries stay unsigned at most, in milliseconds. */
export const signEveryMs = 60 * 60 * 1_000;
/** How often to look for what is due, in milliseconds. */
export const lookEveryMs = 60 * 1_000;

/** Whether a log of that many entries needs another checkpoint; `ageMs` is the age of the last one. */
export function isCheckpointDue(count: number, before: Checkpoint | undefined, ageMs: () => number): boolean {
  if (count <= (before?.count ?? 0)) return false;
  return !before || count - before.count >= everyEntries || ageMs() >= signEveryMs;
}

/** Whether this entry is the thousandth after the last checkpoint, or the two thousandth. */
export function isRoundEntry(count: number, before: Checkpoint | undefined): boolean {
  const since = count - (before?.count ?? 0);
  return since > 0 && since % everyEntries === 0;
}

/** The timer of the process. */
export const timer: Every = (ms, act) => {
  const running = setInterval(act, ms);
  running.unref();
  return () => clearInterval(running);
};
