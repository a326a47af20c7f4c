/**
 * Called with each new checkpoint of a workspace. `text` is its line, to be published where nobody who controls the
 * database can change it.
 */
export type OnCheckpoint = (workspaceId: string, text: string) => void | Promise<void>;

/** Signs checkpoints of each workspace's audit log at intervals. Only the server does this. */
export interface AuditCheckpoints {
  /** Call this after each written entry. Every 1,000th entry triggers a checkpoint. Never throws. */
  appended(workspaceId: string, count: number): void;
  /**
   * Makes the checkpoints that are due: for each workspace with 1,000 new entries, or with new entries and no
   * checkpoint in the last hour. Never throws: a failure is logged, and that checkpoint stays due.
   */
  makeDue(): void;
  /**
   * Makes the very first checkpoint once there is an entry, so that a new log is covered from its beginning. Tries once
   * and never throws.
   */
  makeFirst(): void;
  /** Makes a checkpoint for every workspace with new entries, before the process exits. Never throws. */
  makeAll(): void;
  /**
   * Why nothing is being signed, as phrases to show: the log or the checkpoints are not as this server left them.
   * Signing resumes when somebody who holds the key accepts them as they are.
   */
  faults(): readonly string[];
  /** Calls `listener` with each checkpoint from now on. An error in the listener is logged and has no other effect. */
  onCheckpoint(listener: OnCheckpoint): void;
  /** Stops the timer. */
  stop(): void;
}
