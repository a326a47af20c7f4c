import { promisify } from "node:util";
import { deflate, inflateSync } from "node:zlib";
import type { InventoryCache, CachedList } from "../../domain/vendor/inventory-cache.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { deferred } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** The number of items in a part: more would delay acks to Slack, fewer would compress badly. */
const partSize = 500;
/** The usual length of a part's JSON, so that one buffer is enough. */
const partBytes = 128 * 1024;

const deflated = promisify(deflate);

/** The copies of one connection's lists, bound to its current API key: another key may belong to another account. */
export function storedInventoryCache(
  db: WorkspaceDatabase,
  connection: Pick<Connection, "id" | "fingerprint">,
): InventoryCache {
  return {
    numbers: listCopy(db, connection, "numbers"),
    agents: listCopy(db, connection, "agents"),
  };
}

function listCopy<T extends { readonly id: string }>(
  db: WorkspaceDatabase,
  { id, fingerprint }: Pick<Connection, "id" | "fingerprint">,
  list: keyof InventoryCache,
): CachedList<T> {
  const place = { id, list } as const;
  // The list's type says what was stored.
  const itemsOf = (text: string): readonly T[] => {
    const items: T[] = JSON.parse(text);
    return items;
  };
  return {
    async read(made = (item) => item) {
      const head = await db.first<Head>(headSql, { ...place, fingerprint });
      if (!head) return undefined;
      const parts = await db.all<{ items: Buffer }>(partsSql, place);
      const revisions = await db.all<{ item: string }>(revisionsSql, place);
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
      const { tookMs, unreadable, version } = head;
      return { items, at: new Date(head.at), tookMs, unreadable, version };
    },

    async version() {
      return (await db.first<Head>(headSql, { ...place, fingerprint }))?.version ?? 0;
    },

    async keep({ items, at, tookMs, unreadable = 0 }, since = Number.MAX_SAFE_INTEGER) {
      const parts: Buffer[] = [];
      for (let from = 0; from < items.length; from += partSize) {
        parts.push(await deflated(JSON.stringify(items.slice(from, from + partSize))));
      }
      const head = { at: at.toISOString(), tookMs: Math.round(tookMs), unreadable };
      return db.write(function* () {
        // Removed meanwhile, or with another key.
        if (!(yield* db.row(connectionSql, { id, fingerprint }))) return undefined;
        // The list of another key, with its parts and revisions.
        yield* db.send(forgetOthersSql, { ...place, fingerprint });
        const kept = yield* db.row<{ version: number }>(keepHeadSql, { ...place, fingerprint, ...head });
        yield* db.send(forgetPartsSql, place);
        yield* db.send(forgetRevisionsSql, { ...place, since });
        for (const [part, bytes] of parts.entries())
          yield* db.send(insertPartSql, { ...place, part, items: bytes });
        yield* db.signal({ about: "lists", connectionId: id });
        return kept?.version;
      }, deferred);
    },

    async revise(item) {
      const revision = { itemId: item.id, item: JSON.stringify(item) };
      return db.write(function* () {
        const kept = yield* db.row<{ version: number }>(touchSql, { ...place, fingerprint });
        if (!kept) return undefined;
        yield* db.send(reviseSql, { ...place, ...revision, version: kept.version });
        yield* db.signal({ about: "lists", connectionId: id });
        return kept.version;
      }, deferred);
    },
  };
}

interface Head {
  readonly at: string;
  readonly tookMs: number;
  readonly unreadable: number;
  readonly version: number;
}

const here = "workspace_id = @workspaceId AND connection_id = @id AND list = @list";
const headSql =
  `SELECT at, took_ms AS "tookMs", unreadable, version FROM list_copies WHERE ${here} AND fingerprint = @fingerprint` as const;
const partsSql = `SELECT items FROM list_copy_parts WHERE ${here} ORDER BY part` as const;
const revisionsSql = `SELECT item FROM list_copy_revisions WHERE ${here}` as const;
const forgetOthersSql = `DELETE FROM list_copies WHERE ${here} AND fingerprint <> @fingerprint` as const;
const forgetPartsSql = `DELETE FROM list_copy_parts WHERE ${here}` as const;
const forgetRevisionsSql = `DELETE FROM list_copy_revisions WHERE ${here} AND version <= @since` as const;
// Locked first, so that nobody removes it in between.
const connectionSql = `SELECT id FROM connections
  WHERE workspace_id = @workspaceId AND id = @id AND fingerprint = @fingerprint FOR UPDATE` as const;
const keepHeadSql = `INSERT INTO list_copies
    (workspace_id, connection_id, list, fingerprint, at, took_ms, unreadable, version)
  VALUES (@workspaceId, @id, @list, @fingerprint, @at, @tookMs, @unreadable, 1)
  ON CONFLICT (workspace_id, connection_id, list) DO UPDATE SET at = excluded.at, took_ms = excluded.took_ms,
    unreadable = excluded.unreadable, version = list_copies.version + 1
  RETURNING version`;
const insertPartSql = "INSERT INTO list_copy_parts VALUES (@workspaceId, @id, @list, @part, @items)";
const touchSql = `UPDATE list_copies SET version = version + 1
  WHERE ${here} AND fingerprint = @fingerprint RETURNING version` as const;
const reviseSql = `INSERT INTO list_copy_revisions VALUES (@workspaceId, @id, @list, @itemId, @item, @version)
  ON CONFLICT (workspace_id, connection_id, list, item_id) DO UPDATE SET
    item = excluded.item, version = excluded.version`;
