import type { ReplyTarget } from "./reply-target.ts";

/** A person who waits for the outcome of a change. */
export interface PendingNotification {
  readonly changeId: string;
  readonly replyTo: ReplyTarget;
}

/**
 * The people of one workspace who wait for the outcome of a change. Forgotten after delivery, or after a few days;
 * not part of the audit log.
 */
export interface PendingNotifications {
  /** Stores or replaces the reply target of a change. Throws not_recorded. */
  keep(changeId: string, replyTo: ReplyTarget): Promise<void>;
  /** The reply target of a change, or undefined. */
  find(changeId: string): Promise<ReplyTarget | undefined>;
  /**
   * Forgets a change whose outcome was reported. With `reportedTo`, only if that is still its reply target. Returns
   * whether it did, or there was none. Throws not_recorded.
   */
  forget(changeId: string, reportedTo?: ReplyTarget): Promise<boolean>;
  /**
   * The changes whose outcome has not been reported, oldest first. A change that was never sent has no entry in the
   * audit log.
   */
  pending(): Promise<readonly string[]>;
}
