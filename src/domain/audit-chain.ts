/** Where an entry stands in the chain of its workspace, and what ties it to the one before. Hashes are SHA-256 in hex. */
export interface ChainLink {
  /** 1 for the first entry of the workspace, then one more for each. */
  readonly position: number;
  /** The hash of the entry before; for the first one a value that is bound to the workspace. */
  readonly previousHash: string;
  /** Over the entry's whole content, its position and the hash before it. */
  readonly hash: string;
}

/**
 * A statement, to be signed and kept elsewhere, that the chain of a workspace was so long and ended so at that time.
 * A person who can write the database, but not sign, cannot make a changed log fit it.
 */
export interface Checkpoint {
  readonly workspaceId: string;
  /** The sequence of the newest entry. */
  readonly sequence: number;
  /** How many entries the workspace had. */
  readonly count: number;
  /** The hash of the newest entry. */
  readonly head: string;
  /** UTC, ISO 8601. */
  readonly at: string;
}

/** What can be said of a workspace's log, in the order of gravity. */
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
 * `hidden`: an entry is there and not shown, or may be, by an index or another part of the schema; `altered`: an entry is not what was written, or was put in; `missing`: entries are gone from the middle; `cut`: from
 * the end; `rewritten`: it holds together, but is not what a checkpoint has seen; `forged`: a checkpoint is not ours.
 */
export type ChainVerdict = (typeof chainVerdicts)[number];

/** One thing that is wrong, and where. */
export interface ChainFinding {
  readonly verdict: Exclude<ChainVerdict, "intact">;
  /** The position in the workspace's log; of `missing` and `cut` the last entry before the gap, 0 when there is none. */
  readonly position?: number | undefined;
  /** What is wrong and where, in words. */
  readonly words: string;
}

/** What was found in the log of one workspace. */
export interface ChainReport {
  /** Undefined for lines of the checkpoint file that name no workspace. */
  readonly workspaceId: string | undefined;
  /** The gravest finding's. */
  readonly verdict: ChainVerdict;
  readonly entries: number;
  /** How many checkpoints it fits. */
  readonly checkpoints: number;
  /** The newest checkpoint that it fits. */
  readonly lastCheckpoint: Checkpoint | undefined;
  /** In the order of the log, the first 100 of them. */
  readonly findings: readonly ChainFinding[];
  /** How many there are. */
  readonly found: number;
}

/** The gravest of some verdicts. */
export function mostSevere(verdicts: readonly ChainVerdict[]): ChainVerdict {
  const rank = (verdict: ChainVerdict): number => chainVerdicts.indexOf(verdict);
  return verdicts.reduce((a, b) => (rank(b) > rank(a) ? b : a), "intact");
}
