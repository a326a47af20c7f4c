/** Where a request was made, and where its reply belongs. */
export interface Conversation {
  readonly userId: string;
  readonly channelId?: string | undefined;
  readonly threadTs?: string | undefined;
  /** Slack's `response_url`: valid for five uses in 30 minutes. It is a secret and never logged. */
  readonly responseUrl?: string | undefined;
}

/** Where to post a message that nobody requested: a channel, optionally with a person as a fallback. */
export type Recipients = Omit<Conversation, "userId"> & { readonly userId?: string | undefined };
