import { z } from "zod";
import type { Outbox, Destination, OutboxMessage } from "../../domain/outbox.ts";
import { conversationPlace } from "../../domain/reply-target.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

interface Row {
  readonly id: number;
  readonly workspace_id: string;
  readonly place: string;
  readonly message: string;
  readonly at: string;
}

const rowsSql = "SELECT id, workspace_id, place, message, at FROM outbox";
const idsSql = "SELECT id FROM outbox WHERE workspace_id = ? AND place = ? ORDER BY id";
const placesSql = "SELECT place FROM outbox WHERE workspace_id = ? GROUP BY place ORDER BY min(id)";

const readPlace = z.object({
  userId: z.string().optional(),
  ...conversationPlace.shape,
  messageTs: z.string().optional(),
});

/** The undelivered messages of all workspaces. */
export function sqliteOutbox(db: SqliteDatabase, now: () => Date): Outbox {
  return {
    add: async (workspaceId, destination, message) => {
      await writeTransaction(db, () => addToOutbox(db, workspaceId, { place: destination, message }, now()));
    },
    hasPending: async (workspaceId, destination) =>
      prepared(db, "SELECT 1 FROM outbox WHERE workspace_id = ? AND place = ? LIMIT 1").get(
        workspaceId,
        placeText(destination),
      ) !== undefined,
    waiting: async () => prepared<Row>(db, `${rowsSql} ORDER BY id LIMIT 1000`).all().flatMap(unsaid),
    workspaceIds: async () =>
      prepared<{ id: string }>(db, "SELECT DISTINCT workspace_id AS id FROM outbox ORDER BY 1")
        .all()
        .map(({ id }) => id),
    places: async (workspaceId) =>
      prepared<{ place: string }>(db, placesSql)
        .all(workspaceId)
        .flatMap(({ place }) => placeOf(place) ?? []),
    lost: async (workspaceId) =>
      prepared<{ place: string }>(db, placesSql)
        .all(workspaceId)
        .filter(({ place }) => placeOf(place) === undefined)
        .flatMap(({ place }) => prepared<{ id: number }>(db, idsSql).all(workspaceId, place))
        .map(({ id }) => id),
    next: async (workspaceId, destination, most) =>
      prepared<Row>(db, `${rowsSql} WHERE workspace_id = ? AND place = ? ORDER BY id LIMIT ?`)
        .all(workspaceId, placeText(destination), most)
        .flatMap(unsaid),
    length: async () =>
      prepared<{ length: number }>(db, "SELECT count(*) AS length FROM outbox").get()?.length ?? 0,
    remove: async (id) => {
      await writeTransaction(db, () => prepared(db, "DELETE FROM outbox WHERE id = ?").run(id));
    },
  };
}

/** A row as a message. Its content is undefined if unreadable. A row without a readable destination is left out. */
function unsaid({ id, workspace_id: workspaceId, place: text, message, at }: Row): OutboxMessage | [] {
  const destination = placeOf(text);
  return destination ? { id, workspaceId, place: destination, message: jsonOf(message), at } : [];
}

function placeOf(text: string): Destination | undefined {
  return readPlace.safeParse(jsonOf(text)).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Adds a message within the current transaction. */
export function addToOutbox(
  db: SqliteDatabase,
  workspaceId: string,
  { place: destination, message }: { readonly place: Destination; readonly message: unknown },
  at: Date,
): void {
  const sql = "INSERT INTO outbox (workspace_id, place, message, at) VALUES (?, ?, ?, ?)";
  prepared(db, sql).run(workspaceId, placeText(destination), JSON.stringify(message), at.toISOString());
}

/** A destination as text: equal destinations have equal texts. */
function placeText({ userId, channelId, threadTs, messageTs }: Destination): string {
  return JSON.stringify({ userId, channelId, threadTs, messageTs });
}
