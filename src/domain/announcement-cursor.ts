import type { Destination } from "./outbox.ts";

/**
 * How far the entries of one workspace's audit log have been announced in the channel that it has chosen for that. Choosing
 * a channel sets the mark to the newest entry, so that no channel is notified of the past.
 */
export interface AnnouncementCursor {
  /** The sequence of the last entry that was seen to; undefined where no channel is chosen. */
  position(): Promise<number | undefined>;
  /**
   * Moves on to an entry and, in the same moment, puts what is to be said of it into the outbox: neither is lost, and
   * neither is done twice. Does nothing where no channel is chosen any more. Throws not_recorded.
   */
  advance(sequence: number, said?: { readonly place: Destination; readonly message: unknown }): Promise<void>;
}
