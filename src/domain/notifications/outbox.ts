import type { ButtonSubject } from "./button-subject.ts";

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

/** The messages of a destination, or the ids of those whose destination cannot be read. */
export type NextMessages =
  | { readonly messages: readonly OutboxMessage[]; readonly lost?: never }
  | { readonly lost: readonly number[]; readonly messages?: never };

/** Messages to deliver later, once and in order. The destinations that have some are work of the kind `outbox`. */
export interface Outbox {
  /** Adds a message. Throws not_recorded. */
  add(workspaceId: string, destination: Destination, message: unknown): Promise<void>;
  /** Schedules work for destinations that have messages and none, for example those of an older version. */
  scheduleMissing(): Promise<void>;
  /** Whether a destination has undelivered messages, so that later ones have to wait. */
  hasPending(workspaceId: string, destination: Destination): Promise<boolean>;
  /** Whether one of them has buttons for this. */
  hasPendingFor(workspaceId: string, destination: Destination, act: ButtonSubject): Promise<boolean>;
  /** Undelivered messages of all workspaces, oldest first, at most 1,000. For display only. */
  waiting(): Promise<readonly OutboxMessage[]>;
  /** The oldest undelivered messages of a destination, at most `most`; `itemId` is that of its work. */
  next(workspaceId: string, itemId: string, most: number): Promise<NextMessages>;
  /** The number of undelivered messages. */
  length(): Promise<number>;
  /** Removes a message that was delivered or given up. Throws not_recorded. */
  remove(id: number): Promise<void>;
}
