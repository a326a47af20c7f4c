import type { Act } from "./act.ts";

/** Where Slack keeps a message. */
export interface MessageAddress {
  readonly channelId: string;
  readonly ts: string;
}

/** A message whose buttons are for an act. The message is the business of who posted it. */
export interface ActMessage {
  readonly address: MessageAddress;
  readonly act: Act;
  readonly message: unknown;
}

/** A newer text of a message, and what stays noted of it; nothing where its act is over for good. */
export interface MessageUpdate {
  readonly message: unknown;
  readonly rest?: Pick<ActMessage, "act" | "message"> | undefined;
}

/** The messages of one workspace that have buttons, so that these go once their act is over. Forgotten after 90 days. */
export interface ActMessages {
  /** Notes a message, in place of what was noted of the same one. Throws not_recorded. */
  note(noted: ActMessage): Promise<void>;
  /** What is noted of a message. */
  find(address: MessageAddress): Promise<ActMessage | undefined>;
  /** The messages about a subject (`subjectOf`), oldest first. */
  about(subject: string): Promise<readonly ActMessage[]>;
  /**
   * Puts an update of a message into the outbox and, in the same moment, forgets what was noted of it or notes the rest.
   * Throws not_recorded.
   */
  update(address: MessageAddress, update: MessageUpdate): Promise<void>;
  /** The sequence of the last entry of the audit log that was looked at for acts that are over; undefined before the first. */
  through(): Promise<number | undefined>;
  /** Moves that on. Throws not_recorded. */
  moveTo(sequence: number): Promise<void>;
}
