/** Where an undelivered message belongs: a person, a channel, a person in a channel, or a message to update. */
export interface Destination {
  readonly userId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly threadTs?: string | undefined;
  /** The `ts` of the message to update. */
  readonly messageTs?: string | undefined;
}

/** An undelivered message. Its content is defined by the Slack server; undefined if it cannot be read. */
export interface OutboxMessage {
  readonly id: number;
  readonly workspaceId: string;
  readonly place: Destination;
  readonly message: unknown;
  /** When it was added: UTC, ISO 8601. */
  readonly at: string;
}

/** Messages to deliver later, once and in order. */
export interface Outbox {
  /** Adds a message. Throws not_recorded. */
  add(workspaceId: string, destination: Destination, message: unknown): Promise<void>;
  /** Whether a destination has undelivered messages, so that later ones have to wait. */
  hasPending(workspaceId: string, destination: Destination): Promise<boolean>;
  /** Undelivered messages of all workspaces, oldest first, at most 1,000. For display only. */
  waiting(): Promise<readonly OutboxMessage[]>;
  /** The workspaces that have undelivered messages. */
  workspaceIds(): Promise<readonly string[]>;
  /** The destinations of a workspace that have undelivered messages, the longest waiting first. */
  places(workspaceId: string): Promise<readonly Destination[]>;
  /** The ids of messages whose destination cannot be read. */
  lost(workspaceId: string): Promise<readonly number[]>;
  /** The oldest undelivered messages of a destination, at most `most`. */
  next(workspaceId: string, destination: Destination, most: number): Promise<readonly OutboxMessage[]>;
  /** The number of undelivered messages. */
  length(): Promise<number>;
  /** Removes a message that was delivered or given up. Throws not_recorded. */
  remove(id: number): Promise<void>;
}
