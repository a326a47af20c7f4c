import { z } from "zod";
import type { Outbox, Destination, OutboxMessage } from "../../domain/notifications/outbox.ts";
import { conversationPlace } from "../../domain/notifications/reply-target.ts";
import { scheduleWork } from "../due-work/schedule-work.ts";
import { row, rows, run, type Database, type Work } from "../database/database.ts";
import { workspaceDatabase, type WorkspaceDatabase } from "../database/workspace-database.ts";
import { parsedJson } from "../database/parsed-json.ts";

interface Row {
  readonly id: number;
  readonly workspace_id: string;
  readonly place: string;
  readonly message: string;
  readonly at: string;
}

const rowsSql = "SELECT id, workspace_id, place, message, at FROM outbox";
const nextSql = `${rowsSql} WHERE workspace_id = @workspaceId AND place = @itemId ORDER BY id LIMIT @most`;

const withoutWork = `FROM outbox WHERE NOT EXISTS (
    SELECT 1 FROM work_items w
    WHERE w.kind = 'outbox' AND w.workspace_id = outbox.workspace_id AND w.item_id = outbox.place)`;
const isMissingSql = `SELECT 1 ${withoutWork} LIMIT 1`;
const scheduleMissingSql = `INSERT INTO work_items
  SELECT 'outbox', workspace_id, place, '', min(@clockMs), 1, CAST(NULL AS TEXT), CAST(NULL AS BIGINT), 0
  ${withoutWork} GROUP BY workspace_id, place ON CONFLICT DO NOTHING`;

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
    scheduleMissing: async () => {
      // A write would go to the disk even if nothing is missing.
      if (await database.read(row(isMissingSql))) await database.write(() => run(scheduleMissingSql));
    },
    hasPending: async (workspaceId, destination) => {
      const sql = "SELECT 1 FROM outbox WHERE workspace_id = @workspaceId AND place = @place LIMIT 1";
      return (await of(workspaceId).first(sql, { place: placeText(destination) })) !== undefined;
    },
    hasPendingFor: async (workspaceId, destination, act) => {
      // Not with LIKE, where "_" matches any character.
      const sql = `SELECT 1 FROM outbox WHERE workspace_id = @workspaceId AND place = @place
        AND instr(message, @act) > 0 LIMIT 1` as const;
      const values = { place: placeText(destination), act: `"act":${JSON.stringify(act)}` };
      return (await of(workspaceId).first(sql, values)) !== undefined;
    },
    waiting: async () =>
      (await database.read(rows<Row>(`${rowsSql} ORDER BY id LIMIT 1000`))).flatMap(unsaid),
    next: async (workspaceId, itemId, most) => {
      const found = await of(workspaceId).all<Row>(nextSql, { itemId, most });
      if (found.length > 0 && placeOf(itemId) === undefined) return { lost: found.map(({ id }) => id) };
      return { messages: found.flatMap(unsaid) };
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
  return destination ? { id, workspaceId, place: destination, message: parsedJson(message), at } : [];
}

function placeOf(text: string): Destination | undefined {
  return readPlace.safeParse(parsedJson(text)).data;
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
  yield* scheduleWork(db, { kind: "outbox", itemId: place });
}

/** A destination as text: equal destinations have equal texts. */
function placeText({ userId, channelId, threadTs, messageTs }: Destination): string {
  return JSON.stringify({ userId, channelId, threadTs, messageTs });
}
