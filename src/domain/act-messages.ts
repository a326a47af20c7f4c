import type { Act } from "./act.ts";
import type { MessageAddress } from "./reply-target.ts";

/** A posted message with buttons for an action. Its content is defined by the module that posted it. */
export interface ActMessage {
  readonly address: MessageAddress;
  readonly act: Act;
  readonly message: unknown;
}

/** A new version of a message. Without `rest`, the message has no buttons left and is forgotten. */
export interface MessageUpdate {
  readonly message: unknown;
  readonly rest?: Pick<ActMessage, "act" | "message"> | undefined;
}

/** A new version of the message at an address. */
export type AddressedUpdate = MessageUpdate & { readonly address: MessageAddress };

/**
 * The messages of one workspace that have buttons, so that the buttons can be removed when the action is over.
 * Forgotten after 90 days.
 */
export interface ActMessages {
  /** Stores a message, or replaces the stored one at the same address. Throws not_recorded. */
  note(noted: ActMessage): Promise<void>;
  /** One stored message. */
  find(address: MessageAddress): Promise<ActMessage | undefined>;
  /** The messages about a subject (`subjectOf`), oldest first. */
  about(subject: string): Promise<readonly ActMessage[]>;
  /**
   * Adds an update of the message to the outbox and, in the same transaction, forgets the message or stores the
   * rest. Throws not_recorded.
   */
  update(address: MessageAddress, update: MessageUpdate): Promise<void>;
  /** The sequence of the last audit entry that was checked for finished actions; undefined before the first. */
  through(): Promise<number | undefined>;
  /** Advances that sequence, never backwards. Throws not_recorded. */
  moveTo(sequence: number): Promise<void>;
}
