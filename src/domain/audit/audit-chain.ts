/**
 * The position of an entry in its workspace's hash chain, and its link to the previous entry. Hashes are SHA-256 in
 * hex.
 */
export interface ChainLink {
  /** Starts at 1 and increases by 1 with each entry of the workspace. */
  readonly position: number;
  /** The hash of the previous entry. For the first entry, a value derived from the workspace id. */
  readonly previousHash: string;
  /** The hash of the entry's content, its position and `previousHash`. */
  readonly hash: string;
}

/**
 * A statement about the length and the end of a workspace's chain at one time, to be signed and stored elsewhere. A
 * person who can write to the database but cannot sign cannot make a changed log match it.
 */
export interface Checkpoint {
  readonly workspaceId: string;
  /** The sequence of the newest entry. */
  readonly sequence: number;
  /** The number of entries in the workspace. */
  readonly count: number;
  /** The hash of the newest entry. */
  readonly head: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  /**
   * How many times an operator has accepted the log on PostgreSQL, where old checkpoints stay: those of earlier epochs
   * no longer count. Absent before the first time.
   */
  readonly epoch?: number | undefined;
}

/** The possible verdicts on a workspace's log, from least to most severe. */
export const chainVerdicts = [
  "intact",
  "hidden",
  "altered",
  "missing",
  "cut",
  "rewritten",
  "forged",
] as const;
/**
 * `hidden`: an index or another part of the schema hides an entry, or may hide one. `altered`: an entry was changed or
 * inserted. `missing`: entries are gone from the middle. `cut`: entries are gone from the end. `rewritten`: the chain
 * is consistent but differs from a checkpoint. `forged`: this server did not sign a checkpoint.
 */
export type ChainVerdict = (typeof chainVerdicts)[number];

/** One fault, and where it is. */
export interface ChainFinding {
  readonly verdict: Exclude<ChainVerdict, "intact">;
  /**
   * The position in the workspace's log. For `missing` and `cut`, the position of the last entry before the gap, or 0.
   */
  readonly position?: number | undefined;
  /** The fault and its place, as text to show. */
  readonly words: string;
}

/** The newest anchor of a log whose first entries were retired. */
export interface StartingAnchor extends Pick<ChainLink, "position" | "hash"> {
  /** The month of the last segment that was retired: `2025-12`. */
  readonly month: string;
  readonly isSigned: boolean;
}

/** The result of verifying one workspace's log. */
export interface ChainReport {
  /** Undefined for lines of the checkpoint file that name no workspace. */
  readonly workspaceId: string | undefined;
  /** The most severe verdict of all findings. */
  readonly verdict: ChainVerdict;
  readonly entries: number;
  /** The number of checkpoints that the log matches. */
  readonly checkpoints: number;
  /** The newest checkpoint that the log matches. */
  readonly lastCheckpoint: Checkpoint | undefined;
  /** Where the log begins, if entries before it were retired. */
  readonly anchor?: StartingAnchor | undefined;
  /** The number of entries that are covered by the anchor and wait to be removed. */
  readonly waiting?: number | undefined;
  /** Whether the workspace is under a legal hold. */
  readonly isHeld?: boolean | undefined;
  /** The first 100 findings, in log order. */
  readonly findings: readonly ChainFinding[];
  /** The total number of findings. */
  readonly found: number;
}

export function mostSevere(verdicts: readonly ChainVerdict[]): ChainVerdict {
  const rank = (verdict: ChainVerdict): number => chainVerdicts.indexOf(verdict);
  return verdicts.reduce((a, b) => (rank(b) > rank(a) ? b : a), "intact");
}
