import type { ButtonSubject } from "./button-subject.ts";
import type { MessageAddress } from "./reply-target.ts";

/** A posted message with buttons for an action. Its content is defined by the module that posted it. */
export interface MessageWithButtons {
  readonly address: MessageAddress;
  readonly act: ButtonSubject;
  readonly message: unknown;
}

/** A new version of a message. Without `rest`, the message has no buttons left and is forgotten. */
export interface MessageUpdate {
  readonly message: unknown;
  readonly rest?: Pick<MessageWithButtons, "act" | "message"> | undefined;
  /** The stored message that it was made from. */
  readonly madeFrom?: unknown;
}

/** A new version of the message at an address. */
export type AddressedUpdate = MessageUpdate & { readonly address: MessageAddress };

/**
 * The messages of one workspace that have buttons, so that the buttons can be removed when the action is over.
 * Forgotten after 90 days.
 */
export interface MessagesWithButtons {
  /** Stores a message, or replaces the stored one at the same address. Throws not_recorded. */
  note(noted: MessageWithButtons): Promise<void>;
  /** One stored message. */
  find(address: MessageAddress): Promise<MessageWithButtons | undefined>;
  /** The messages about a subject (`subjectOf`), oldest first. */
  about(subject: string): Promise<readonly MessageWithButtons[]>;
  /**
   * Adds an update of the message to the outbox and, in the same transaction, forgets the message or stores the
   * rest. Does nothing if the message that the update was made from was replaced meanwhile: the new one is checked on its
   * own. Throws not_recorded.
   */
  update(address: MessageAddress, update: MessageUpdate): Promise<void>;
  /** The sequence of the last audit entry that was checked for finished actions; undefined before the first. */
  through(): Promise<number | undefined>;
  /** Advances that sequence, never backwards. Throws not_recorded. */
  moveTo(sequence: number): Promise<void>;
}
