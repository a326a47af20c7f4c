import type { AlertSource } from "./hook.ts";

/** A note for the timeline of an alert's incident. */
export interface TimelineNote {
  readonly source: AlertSource;
  readonly token: string;
  readonly from: string | undefined;
  /** The id that the source gave to it. */
  readonly alertId: string;
  readonly text: string;
}

/** Writes notes into timelines. Never throws. */
export interface NoteSender {
  /** Undefined if the note was taken; else why not, and whether another attempt may help. */
  send(note: TimelineNote): Promise<{ readonly why: string; readonly isFinal: boolean } | undefined>;
}
