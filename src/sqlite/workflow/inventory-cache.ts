import { promisify } from "node:util";
import { deflate, inflateSync } from "node:zlib";
import type { InventoryCache, CachedList } from "../../domain/inventory-cache.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import type { Connection } from "../../domain/connections.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** The number of items in a part: more would delay acks to Slack, fewer would compress badly. */
const partSize = 500;
/** The usual length of a part's JSON, so that one buffer is enough. */
const partBytes = 128 * 1024;

const deflated = promisify(deflate);

/** The copies of one connection's lists, bound to its current API key: another key may belong to another account. */
export function sqliteInventoryCache(
  db: SqliteDatabase,
  workspaceId: string,
  connection: Pick<Connection, "id" | "fingerprint">,
): InventoryCache {
  return {
    numbers: listCopy(db, workspaceId, connection, "numbers"),
    agents: listCopy(db, workspaceId, connection, "agents"),
  };
}

function listCopy<T extends { readonly id: string }>(
  db: SqliteDatabase,
  workspaceId: string,
  { id, fingerprint }: Pick<Connection, "id" | "fingerprint">,
  list: keyof InventoryCache,
): CachedList<T> {
  const place = [workspaceId, id, list] as const;
  // The list's type says what was stored.
  const itemsOf = (text: string): readonly T[] => {
    const items: T[] = JSON.parse(text);
    return items;
  };
  return {
    async read(made = (item) => item) {
      const head = prepared<{ at: string; tookMs: number; unreadable: number }>(db, headSql).get(
        ...place,
        fingerprint,
      );
      if (!head) return undefined;
      const parts = prepared<{ items: Buffer }>(db, partsSql).all(...place);
      const revisions = prepared<{ id: string; item: string }>(db, revisionsSql).all(...place);
      const since = new Map(
        revisions.flatMap(({ item }) => itemsOf(`[${item}]`)).map((item) => [item.id, item]),
      );
      const items: T[] = [];
      for (const part of parts) {
        // One part at a time: each takes about a millisecond, and all at once would need much memory.
        const json = inflateSync(part.items, { chunkSize: partBytes }).toString("utf8");
        for (const item of itemsOf(json)) {
          items.push(made(since.get(item.id) ?? item));
          since.delete(item.id);
        }
        await yieldToEventLoop();
      }
      for (const item of since.values()) items.push(made(item));
      const { tookMs, unreadable } = head;
      return { items, at: new Date(head.at), tookMs, unreadable };
    },

    async keep({ items, at, tookMs, unreadable = 0 }) {
      const parts: Buffer[] = [];
      for (let from = 0; from < items.length; from += partSize) {
        parts.push(await deflated(JSON.stringify(items.slice(from, from + partSize))));
      }
      await writeTransaction(db, () => {
        // This deletes its parts and revisions too.
        prepared(db, forgetSql).run(...place);
        const read = [list, at.toISOString(), Math.round(tookMs), unreadable];
        const head = [...read, workspaceId, id, fingerprint];
        if (prepared(db, insertHeadSql).run(...head).changes === 0) return;
        for (const [part, bytes] of parts.entries()) prepared(db, insertPartSql).run(...place, part, bytes);
      });
    },

    async revise(item) {
      await writeTransaction(db, () => {
        prepared(db, reviseSql).run(item.id, JSON.stringify(item), ...place, fingerprint);
      });
    },
  };
}

const here = "workspace_id = ? AND connection_id = ? AND list = ?";
const headSql = `SELECT at, took_ms AS tookMs, unreadable FROM list_copies WHERE ${here} AND fingerprint = ?`;
const partsSql = `SELECT items FROM list_copy_parts WHERE ${here} ORDER BY part`;
const revisionsSql = `SELECT item FROM list_copy_revisions WHERE ${here}`;
const forgetSql = `DELETE FROM list_copies WHERE ${here}`;
// Selects nothing if the connection was removed meanwhile or has another key.
const insertHeadSql = `INSERT INTO list_copies
    (workspace_id, connection_id, list, fingerprint, at, took_ms, unreadable)
  SELECT workspace_id, id, ?, fingerprint, ?, ?, ? FROM connections
  WHERE workspace_id = ? AND id = ? AND fingerprint = ?`;
const insertPartSql = "INSERT INTO list_copy_parts VALUES (?, ?, ?, ?, ?)";
const reviseSql = `INSERT OR REPLACE INTO list_copy_revisions
  SELECT workspace_id, connection_id, list, ?, ? FROM list_copies WHERE ${here} AND fingerprint = ?`;
