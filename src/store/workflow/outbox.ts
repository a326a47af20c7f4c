import { z } from "zod";
import type { Outbox, Destination, OutboxMessage } from "../../domain/notifications/outbox.ts";
import { conversationPlace } from "../../domain/notifications/reply-target.ts";
import { row, rows, run, type Database, type Work } from "../database/database.ts";
import { workspaceDatabase, type WorkspaceDatabase } from "../database/workspace-database.ts";

interface Row {
  readonly id: number;
  readonly workspace_id: string;
  readonly place: string;
  readonly message: string;
  readonly at: string;
}

const rowsSql = "SELECT id, workspace_id, place, message, at FROM outbox";
const idsSql = "SELECT id FROM outbox WHERE workspace_id = @workspaceId AND place = @place ORDER BY id";
const placesSql =
  "SELECT place FROM outbox WHERE workspace_id = @workspaceId GROUP BY place ORDER BY min(id)";

const readPlace = z.object({
  userId: z.string().optional(),
  ...conversationPlace.shape,
  messageTs: z.string().optional(),
});

/** The undelivered messages of all workspaces. */
export function storedOutbox(database: Database, now: () => Date): Outbox {
  const of = (workspaceId: string): WorkspaceDatabase => workspaceDatabase(database, workspaceId);
  return {
    add: async (workspaceId, destination, message) => {
      const db = of(workspaceId);
      await db.write(() => addToOutbox(db, { place: destination, message }, now()));
    },
    hasPending: async (workspaceId, destination) => {
      const sql = "SELECT 1 FROM outbox WHERE workspace_id = @workspaceId AND place = @place LIMIT 1";
      return (await of(workspaceId).first(sql, { place: placeText(destination) })) !== undefined;
    },
    waiting: async () =>
      (await database.read(rows<Row>(`${rowsSql} ORDER BY id LIMIT 1000`))).flatMap(unsaid),
    workspaceIds: async () => {
      const sql = "SELECT DISTINCT workspace_id AS id FROM outbox ORDER BY 1";
      return (await database.read(rows<{ id: string }>(sql))).map(({ id }) => id);
    },
    places: async (workspaceId) => {
      const found = await of(workspaceId).all<{ place: string }>(placesSql);
      return found.flatMap(({ place }) => placeOf(place) ?? []);
    },
    lost: async (workspaceId) => {
      const db = of(workspaceId);
      const places = await db.all<{ place: string }>(placesSql);
      const lost: number[] = [];
      for (const { place } of places.filter((one) => placeOf(one.place) === undefined))
        lost.push(...(await db.all<{ id: number }>(idsSql, { place })).map(({ id }) => id));
      return lost;
    },
    next: async (workspaceId, destination, most) => {
      const found = await of(workspaceId).all<Row>(
        `${rowsSql} WHERE workspace_id = @workspaceId AND place = @place ORDER BY id LIMIT @most`,
        { place: placeText(destination), most },
      );
      return found.flatMap(unsaid);
    },
    length: async () =>
      (await database.read(row<{ length: number }>("SELECT count(*) AS length FROM outbox")))?.length ?? 0,
    remove: async (id) => {
      await database.write(() => run("DELETE FROM outbox WHERE id = @id", { id }));
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
export function* addToOutbox(
  db: WorkspaceDatabase,
  { place: destination, message }: { readonly place: Destination; readonly message: unknown },
  at: Date,
): Work<void> {
  const sql =
    "INSERT INTO outbox (workspace_id, place, message, at) VALUES (@workspaceId, @place, @message, @at)";
  const place = placeText(destination);
  yield* db.send(sql, { place, message: JSON.stringify(message), at: at.toISOString() });
}

/** A destination as text: equal destinations have equal texts. */
function placeText({ userId, channelId, threadTs, messageTs }: Destination): string {
  return JSON.stringify({ userId, channelId, threadTs, messageTs });
}
