/** Where the result of a change was asked for, and where it has been said, so that it can be said again when it changes. */
export interface ReplyTarget {
  readonly userId: string;
  readonly channelId?: string | undefined;
  readonly threadTs?: string | undefined;
  /** The form that was submitted; it says that Patchbay is working until it is told better. */
  readonly viewId?: string | undefined;
  /** The message that tells the result, where it can be updated in place. */
  readonly message?: { readonly channelId: string; readonly ts: string } | undefined;
}

/** That the end of a change is owed, and to whom. */
export interface PendingNotification {
  readonly changeId: string;
  readonly said: ReplyTarget;
}

/**
 * To whom a workspace still owes the end of a change, and where. Forgotten once it was told, and after some days; not part
 * of the audit log.
 */
export interface PendingNotifications {
  /** Keeps, or replaces, what is known about one change. Throws not_recorded. */
  keep(changeId: string, replyTo: ReplyTarget): Promise<void>;
  /** What is known, or undefined. */
  find(changeId: string): Promise<ReplyTarget | undefined>;
  /** Nothing more is owed for a change. Throws not_recorded. */
  forget(changeId: string): Promise<void>;
  /** The changes whose end is owed, oldest first; one that was never sent has no entry in the audit log. */
  owed(): Promise<readonly string[]>;
}
