/** How time passes for work that waits. A test hands in one of its own. */
export interface Timer {
  /** The time of day, for what is compared with a date that somebody else has written. */
  now(): Date;
  /** Milliseconds since some fixed moment; nobody can set them. For ages and deadlines. */
  monotonicMs(): number;
  /** Resolves after that many milliseconds. An aborted signal ends the waiting with an AbortError. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
