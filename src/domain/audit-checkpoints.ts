/** Told of each new checkpoint of a workspace: its line, to be shown where a person who controls the database cannot change it. */
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
  /**
   * Makes the first of all, once there is an entry, so that a new log is vouched for from its beginning. It tries once, and
   * does not throw.
   */
  makeFirst(): void;
  /** Makes one for every workspace with new entries, before the process ends. It does not throw. */
  makeAll(): void;
  /**
   * Why nothing is signed any more, in words: the log or the checkpoints are not as they were left. It ends when somebody
   * who has the key accepts them as they are.
   */
  faults(): readonly string[];
  /** From now on `listener` is notified of each new checkpoint; its failing is logged and changes nothing. */
  onCheckpoint(listener: OnCheckpoint): void;
  /** Ends the timer. */
  stop(): void;
}
