import type { ChainReport } from "./audit-chain.ts";

/** What a log is verified against. */
export interface VerifyOptions {
  /** One workspace; all of them, also those that only a checkpoint knows, when it is not given. */
  readonly workspaceId?: string | undefined;
  /** The text of a checkpoint file in place of the database's own, which may be missing. */
  readonly checkpoints?: string | undefined;
  /** Public keys as PEM in place of this server's own. */
  readonly publicKeys?: string | undefined;
}

/** What a backup holds. */
export interface BackupReport {
  readonly bytes: number;
  /** The file of the checkpoints beside it; undefined where there are none yet. */
  readonly checkpointFile: string | undefined;
  /** What is wrong with what was copied, in words; not there where nothing is. */
  readonly faults?: readonly string[] | undefined;
}

/** The audit logs of all workspaces as one file, read by the person who runs Patchbay, beside a running server too. */
export interface AuditArchive {
  /** The public key that this server's checkpoints are signed with, as PEM. Throws an error in words without one. */
  publicKey(): string;
  /** Recomputes everything, workspace after workspace. Throws an error in words for keys that are none. */
  verify(options: VerifyOptions): AsyncIterable<ChainReport>;
  /**
   * What makes the database show other rows than it stores, in words: its schema, and indexes that do not agree with their
   * tables. It takes seconds for a million entries.
   */
  databaseFaults(): readonly string[];
  /** Why the audit log is not vouched for as it should be, in words; nothing where there is no key to tell by. */
  checkpointFaults(): readonly string[];
  /**
   * Copies the database, with its checkpoints beside it, while others write. Throws an error in words when the file, or
   * the one for the checkpoints, is there already.
   */
  backup(file: string): Promise<BackupReport>;
  close(): Promise<void>;
}
