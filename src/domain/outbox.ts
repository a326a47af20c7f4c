/**
 * Where something belongs that could not be said yet: a person, a channel, a person in a channel, or a message that is to
 * be updated.
 */
export interface Destination {
  readonly userId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly threadTs?: string | undefined;
  /** The message of the channel that is to be updated, by its `ts`. */
  readonly messageTs?: string | undefined;
}

/** Something that could not be said yet. The message is the Slack server's own business, and undefined where it cannot be read. */
export interface OutboxMessage {
  readonly id: number;
  readonly workspaceId: string;
  readonly place: Destination;
  readonly message: unknown;
  /** When it was to be said: UTC, ISO 8601. */
  readonly at: string;
}

/** What is to be said later, once and in order. */
export interface Outbox {
  /** Keeps a message for later. Throws not_recorded. */
  add(workspaceId: string, destination: Destination, message: unknown): Promise<void>;
  /** Whether something is waiting for a place, so that what comes later waits behind it. */
  hasPending(workspaceId: string, destination: Destination): Promise<boolean>;
  /** What waits in all workspaces, oldest first, at most 1,000: to be looked at, not to be worked off. */
  waiting(): Promise<readonly OutboxMessage[]>;
  /** The workspaces for which something waits. */
  workspaceIds(): Promise<readonly string[]>;
  /** The places of a workspace for which something waits, the one that has waited longest first. */
  places(workspaceId: string): Promise<readonly Destination[]>;
  /** What waits for a workspace in a place that cannot be read any more, by id. */
  lost(workspaceId: string): Promise<readonly number[]>;
  /** What waits for a place, oldest first, at most so many. */
  next(workspaceId: string, destination: Destination, most: number): Promise<readonly OutboxMessage[]>;
  /** How many wait. */
  length(): Promise<number>;
  /** Forgets a message that was said, or given up. */
  remove(id: number): Promise<void>;
}
