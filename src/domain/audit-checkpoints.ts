/** Told of each new checkpoint of a workspace: its line, to be shown where whoever holds the database cannot change it. */
export type OnCheckpoint = (workspaceId: string, text: string) => void | Promise<void>;

/** Signs, from time to time, how long each workspace's audit log is and how it ends. Only the server does that. */
export interface AuditCheckpoints {
  /** To be called for each entry that was written; every 1,000th has a checkpoint made. It does not throw. */
  appended(workspaceId: string, count: number): void;
  /**
   * Makes the checkpoints that are due: for a workspace with 1,000 new entries, or with new ones and none made for an
   * hour. It does not throw: what could not be made is logged, and due again.
   */
  makeDue(): void;
  /** From now on `listener` is told of each new checkpoint; its failing is logged and changes nothing. */
  onCheckpoint(listener: OnCheckpoint): void;
  /** Ends the timer. */
  stop(): void;
}
