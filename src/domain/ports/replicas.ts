/** A server that runs on the database. */
export interface Replica {
  readonly id: string;
  /** The version of Patchbay. */
  readonly version: string;
  readonly startedAt: Date;
  /** How long ago it last updated its row, in milliseconds. */
  readonly seenMsAgo: number;
}

/** A server that was not seen for this long is not there any more, in seconds. */
export const liveSeconds = 20;

/** The servers on one database. */
export interface Replicas {
  /** Those that were there within the last `liveSeconds`, the oldest first. Throws not_recorded if the database cannot be read. */
  live(): Promise<readonly Replica[]>;
}

/** A replica in a line of text. */
export function formatReplica({ id, version, startedAt, seenMsAgo }: Replica): string {
  const seen = `seen ${Math.round(seenMsAgo / 1000)} s ago`;
  return `${id}, version ${version}, started ${startedAt.toISOString()}, ${seen}`;
}
