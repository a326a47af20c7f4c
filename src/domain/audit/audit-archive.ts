import type { ChainReport } from "./audit-chain.ts";

/** What to verify, and against which checkpoints and keys. */
export interface VerifyOptions {
  /** One workspace. Without it: all workspaces, including those known only from a checkpoint. */
  readonly workspaceId?: string | undefined;
  /** The text of a checkpoint file, used in place of the database's own file, which may be missing. */
  readonly checkpoints?: string | undefined;
  /** Public keys in PEM format, used in place of this server's own. */
  readonly publicKeys?: string | undefined;
}

/** What a backup holds. */
export interface BackupReport {
  readonly bytes: number;
  /** The checkpoint file next to the backup; undefined if there are no checkpoints yet. */
  readonly checkpointFile: string | undefined;
  /** What is wrong with the copied data, as phrases to show; absent if nothing is. */
  readonly faults?: readonly string[] | undefined;
}

/** The audit logs of all workspaces in one database. The operator of the server reads it, even while servers run. */
export interface AuditArchive {
  /**
   * The public key that verifies this server's checkpoints, in PEM format. Throws an ordinary error with a readable
   * message if there is none.
   */
  publicKey(): string;
  /**
   * Recomputes every hash, one workspace after the other. Throws an ordinary error with a readable message for invalid
   * keys.
   */
  verify(options: VerifyOptions): AsyncIterable<ChainReport>;
  /**
   * Reasons why queries may not show the stored rows, as phrases to show: changes to the schema, or indexes that
   * disagree with their tables. Takes seconds for a million entries.
   */
  databaseFaults(): Promise<readonly string[]>;
  /**
   * Reasons why the checkpoints do not confirm the audit log, as phrases to show. Empty without a key to check them
   * with.
   */
  checkpointFaults(): Promise<readonly string[]>;
  /** Why nothing signs the audit log, as a phrase to show; undefined if a server does. */
  unsignedReason(): string | undefined;
  /**
   * Copies the database and its checkpoint file while others write. Throws an ordinary error with a readable message if
   * either target file exists, or the database has its own tools for this.
   */
  backup(file: string): Promise<BackupReport>;
  close(): Promise<void>;
}
