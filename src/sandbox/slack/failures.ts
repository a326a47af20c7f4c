import type { CallFailure } from "./types.ts";

/** Failures that a test has requested. */
export interface Failures {
  add(method: string, failure: CallFailure, times: number): void;
  /** The failure for this call, counted as used. The newest request takes precedence. */
  take(method: string): CallFailure | undefined;
  /** Keeps a call without an answer, to be ended when the failures are cleared. */
  hold(end: () => void): void;
  /** Ends the calls that are held, too. */
  clear(): void;
}

export function failures(): Failures {
  let ordered: { method: string; failure: CallFailure; left: number }[] = [];
  let held: (() => void)[] = [];
  return {
    add(method, failure, times) {
      ordered.unshift({ method, failure, left: times });
    },
    take(method) {
      const met = ordered.find((each) => each.left > 0 && (each.method === "*" || each.method === method));
      if (met === undefined) return undefined;
      met.left -= 1;
      return met.failure;
    },
    hold(end) {
      held.push(end);
    },
    clear() {
      ordered = [];
      for (const end of held) end();
      held = [];
    },
  };
}
