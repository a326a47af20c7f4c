/**
 * A statement about one segment of a workspace's audit log: the entries of one month that were exported to a file and
 * removed. What is left of the log begins after it.
 */
export interface Anchor {
  readonly workspaceId: string;
  /** `2025-12`, UTC. */
  readonly month: string;
  /** The positions of its first and last entry. The last one is also how many entries were removed so far. */
  readonly first: number;
  readonly count: number;
  /** The sequence of its last entry. */
  readonly sequence: number;
  /** The hash of the entry before its first one, and the hash of its last one. */
  readonly previousHash: string;
  readonly head: string;
  /** When it was retired: UTC, ISO 8601. */
  readonly at: string;
}

/** A segment before it is anchored. */
export type Segment = Omit<Anchor, "at">;

/** An anchor, and whether a key that was given has signed it. */
export interface ReadAnchor extends Anchor {
  readonly isSigned: boolean;
}

/** The month of a time in UTC, ISO 8601. */
export function monthOf(at: string): string {
  return at.slice(0, 7);
}

/** Whether a text names a month: `2026-01`. */
export function isMonth(text: string): boolean {
  return /^\d{4}-(?:0[1-9]|1[0-2])$/u.test(text);
}

/** The beginning of a month: UTC, ISO 8601. */
export function beginOfMonth(month: string): string {
  return `${month}-01T00:00:00.000Z`;
}

/** Whether everything before this month is over. */
export function isOverBefore(month: string, now: Date): boolean {
  return beginOfMonth(month) <= now.toISOString();
}
