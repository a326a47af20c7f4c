import type { Destination } from "./outbox.ts";

/**
 * How far the audit log of one workspace has been announced in its channel. Choosing a channel sets the cursor to
 * the newest entry, so past entries are not announced.
 */
export interface AnnouncementCursor {
  /** The sequence of the last announced entry; undefined if no channel is chosen. */
  position(): Promise<number | undefined>;
  /**
   * Advances to an entry and, in the same transaction, adds its message to the outbox, so that no message is lost
   * or sent twice. Does nothing if no channel is chosen. Throws not_recorded.
   */
  advance(sequence: number, said?: { readonly place: Destination; readonly message: unknown }): Promise<void>;
}
