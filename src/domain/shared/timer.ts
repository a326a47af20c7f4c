/** Time for work that waits. Tests pass their own. */
export interface Timer {
  /** The wall-clock time, for comparing with a date from somebody else. */
  now(): Date;
  /** Milliseconds since a fixed moment, for ages and deadlines, because nobody can set it. */
  monotonicMs(): number;
  /** Resolves after that many milliseconds. Rejects with an AbortError when the signal aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
