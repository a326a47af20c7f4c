/**
 * Called with each new checkpoint of a workspace. `text` is its line, to be published where nobody who controls the
 * database can change it.
 */
export type OnCheckpoint = (workspaceId: string, text: string) => void | Promise<void>;

/** The accepted faults, as phrases to show, and the file with the checkpoints that no longer match, if they are in one. */
export interface AcceptedLog {
  readonly faults: readonly string[];
  readonly keptFile: string | undefined;
}

/** Records an acceptance in a workspace's audit log. Throws not_recorded. */
export type RecordAcceptance = (workspaceId: string, faults: readonly string[]) => Promise<void>;

/** Signs checkpoints of each workspace's audit log at intervals. Only the server does this. */
export interface AuditCheckpoints {
  /** Looks at the logs before this process writes to them. Never throws. */
  start(): Promise<void>;
  /** Call this after each written entry. Every 1,000th entry triggers a checkpoint, with several servers within a minute. Never throws. */
  appended(workspaceId: string, count: number): void;
  /**
   * Makes the checkpoints that are due: for each workspace with 1,000 new entries, or with new entries and no
   * checkpoint in the last hour. Never throws: a failure is logged, and that checkpoint stays due.
   */
  makeDue(): Promise<void>;
  /**
   * Makes the very first checkpoint once there is an entry, so that a new log is covered from its beginning. Tries once
   * and never throws.
   */
  makeFirst(): Promise<void>;
  /**
   * Makes a checkpoint for every workspace with new entries, before the process exits, unless other servers go on
   * signing. Never throws.
   */
  makeAll(): Promise<void>;
  /**
   * Why nothing is being signed, as phrases to show: the log or the checkpoints are not as this server left them.
   * Signing resumes when somebody who holds the key accepts them as they are.
   */
  faults(): Promise<readonly string[]>;
  /** Calls `listener` with each checkpoint from now on. An error in the listener is logged and has no other effect. */
  onCheckpoint(listener: OnCheckpoint): void;
  /** Stops the timer. */
  stop(): void;
}
