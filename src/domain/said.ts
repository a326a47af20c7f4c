/** Where the result of a change was asked for, and where it has been said, so that it can be said again when it changes. */
export interface Said {
  readonly userId: string;
  readonly channelId?: string | undefined;
  readonly threadTs?: string | undefined;
  /** The message that tells the result, where it can be updated in place. */
  readonly message?: { readonly channelId: string; readonly ts: string } | undefined;
}

/** What a workspace remembers of where its changes were told. Kept for some days; not part of the audit log. */
export interface SaidChanges {
  /** Keeps, or replaces, what is known about one change. Throws not_recorded. */
  keep(changeId: string, said: Said): Promise<void>;
  /** What is known, or undefined. */
  find(changeId: string): Promise<Said | undefined>;
}
