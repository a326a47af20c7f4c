import type { WorkClaim, WorkItem, WorkQueue } from "../../domain/ports/work-queue.ts";
import { row, rows, run, type Database } from "../database/database.ts";
import { claimantOf, type Claimant } from "./schedule-work.ts";

interface Row {
  readonly workspaceId: string;
  readonly itemId: string;
  readonly version: number;
  readonly attempts: number;
}

/** The work of all workspaces, claimed in the name of this process. */
export function storedWorkQueue(database: Database, claimant: Claimant): WorkQueue {
  const claimedBy = claimantOf(claimant);
  const valuesOf = ({ kind, workspaceId, itemId }: WorkItem) => ({ kind, workspaceId, itemId, claimedBy });
  return {
    isShared: database.isShared,
    ensure: async ({ kind, workspaceId, itemId }) => {
      const values = { kind, workspaceId, itemId };
      if (await database.read(row(isThereSql, values))) return;
      await database.write(() => run(ensureSql, values));
    },
    claim: async (kind, { limit, perLane, leaseMs }) => {
      // A write would go to the disk even if nothing is due.
      if (!(await database.read(row(isDueSql, { kind })))) return [];
      const values = { kind, limit, perLane, leaseMs, claimedBy };
      const claimed = await database.write(() => rows<Row & { readonly dueAt: number }>(claimSql, values));
      // What an UPDATE returns is in no order.
      return claimed
        .toSorted((a, b) => a.dueAt - b.dueAt)
        .map(({ dueAt: _dueAt, ...found }) => ({ kind, ...found }));
    },
    take: async (item, leaseMs) => {
      await database.write(() => run(takeSql, { ...valuesOf(item), leaseMs }));
    },
    own: async (item, leaseMs) => {
      const held = await database.write(() => row<Row>(ownSql, { ...valuesOf(item), leaseMs }));
      return held && { kind: item.kind, ...held };
    },
    ahead: async ({ kind, workspaceId, itemId }, lanes) => {
      const values = { kind, workspaceId, itemId, own: lanes.at(-1) ?? "", lanes: JSON.stringify(lanes) };
      return (await database.read(row<{ count: number }>(aheadSql, values)))?.count ?? 0;
    },
    renew: async (claims, leaseMs) => {
      const [first] = claims;
      if (!first) return [];
      const values = { kind: first.kind, claimedBy, leaseMs, items: keysOf(claims) };
      const held = await database.write(() => rows<Row>(renewSql, values));
      const names = new Set(held.map(nameOf));
      return claims.filter((claim) => names.has(nameOf(claim)));
    },
    finish: async (claim, again) => {
      const item = valuesOf(claim);
      return database.write(function* () {
        if (again) {
          const { dueInMs, hasFailed = false, isUncounted = false } = again;
          const when = { version: claim.version, dueInMs: Math.ceil(dueInMs) };
          const before = Math.max(0, claim.attempts - 1);
          const attempts = isUncounted ? before : hasFailed ? claim.attempts : 0;
          const left = yield* row<Row>(againSql, { ...item, ...when, attempts });
          return left?.version === claim.version;
        }
        if ((yield* run(doneSql, { ...item, version: claim.version })) === 0) yield* run(freeSql, item);
        return false;
      });
    },
    hasten: async (claim) => {
      const values = { ...valuesOf(claim), version: claim.version };
      if (database.isShared || !(await database.read(row(isEarlySql, values)))) return;
      await database.write(() => run(hastenSql, values));
    },
    takeOver: async (kinds) => {
      if (database.isShared) return;
      await database.write(function* () {
        yield* run(
          "UPDATE work_items SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by IS NOT NULL",
        );
        for (const kind of kinds) yield* run(hastenAllSql, { kind });
      });
    },
  };
}

const nameOf = ({ workspaceId, itemId }: Pick<Row, "workspaceId" | "itemId">): string =>
  JSON.stringify([workspaceId, itemId]);

const keysOf = (claims: readonly WorkClaim[]): string =>
  JSON.stringify(claims.map(({ workspaceId, itemId }) => ({ workspaceId, itemId })));

const isFree = "(claimed_until IS NULL OR claimed_until <= @clockMs)";
const columns = 'workspace_id AS "workspaceId", item_id AS "itemId", version, attempts';

const isThereSql =
  "SELECT 1 FROM work_items WHERE kind = @kind AND workspace_id = @workspaceId AND item_id = @itemId";
const ensureSql = `INSERT INTO work_items
  VALUES (@kind, @workspaceId, @itemId, '', @clockMs, 1, NULL, NULL, 0) ON CONFLICT DO NOTHING`;
const aheadSql = `SELECT count(*) AS count FROM work_items
  WHERE kind = @kind AND workspace_id = @workspaceId AND lane IN (SELECT value FROM json_each(@lanes))
    AND (lane <> @own OR item_id < @itemId)`;
const isDueSql = `SELECT 1 FROM work_items WHERE kind = @kind AND due_at <= @clockMs AND ${isFree} LIMIT 1`;

/**
 * Claims due work. The pieces that are being worked on come first in their lane, so that they count. A row that another server
 * claims at this moment is locked and skipped. CROSS JOIN makes SQLite look up the few rows that are chosen: with JOIN it reads
 * all that are due for each of them.
 */
export const claimSql = `WITH turns AS MATERIALIZED (
    SELECT workspace_id, item_id, turn FROM (
      SELECT workspace_id, item_id, row_number() OVER (
        PARTITION BY workspace_id, lane ORDER BY CASE WHEN ${isFree} THEN 1 ELSE 0 END, due_at, item_id) AS turn
      FROM work_items WHERE kind = @kind AND due_at <= @clockMs) AS due
    WHERE turn <= @perLane),
  chosen AS MATERIALIZED (
    SELECT w.workspace_id, w.item_id FROM turns t CROSS JOIN work_items w
    WHERE w.kind = @kind AND w.workspace_id = t.workspace_id AND w.item_id = t.item_id
      AND w.due_at <= @clockMs AND ${isFree}
    ORDER BY t.turn, w.due_at, w.workspace_id, w.item_id LIMIT @limit
    FOR UPDATE OF w SKIP LOCKED)
  UPDATE work_items SET claimed_by = @claimedBy, claimed_until = @clockMs + @leaseMs, attempts = attempts + 1
  WHERE kind = @kind AND (workspace_id, item_id) IN (SELECT workspace_id, item_id FROM chosen)
  RETURNING ${columns}, due_at AS "dueAt"`;

const takeSql = `UPDATE work_items
  SET claimed_by = @claimedBy, claimed_until = @clockMs + @leaseMs, attempts = attempts + 1
  WHERE kind = @kind AND workspace_id = @workspaceId AND item_id = @itemId AND due_at <= @clockMs AND ${isFree}`;
const ofItem =
  "kind = @kind AND workspace_id = @workspaceId AND item_id = @itemId AND claimed_by = @claimedBy";
const prolonged = "UPDATE work_items SET claimed_until = @clockMs + @leaseMs";
const ownSql = `${prolonged} WHERE ${ofItem} RETURNING ${columns}`;
const renewSql = `${prolonged}
  WHERE kind = @kind AND claimed_by = @claimedBy AND (workspace_id, item_id) IN (
    SELECT json_extract(value, '$.workspaceId'), json_extract(value, '$.itemId') FROM json_each(@items))
  RETURNING ${columns}`;

const freed = "claimed_by = NULL, claimed_until = NULL";
const doneSql = `DELETE FROM work_items WHERE ${ofItem} AND version = @version`;
const freeSql = `UPDATE work_items SET ${freed}, attempts = 0 WHERE ${ofItem}`;
const againSql = `UPDATE work_items SET ${freed}, attempts = @attempts,
    due_at = CASE WHEN version = @version THEN @clockMs + @dueInMs ELSE due_at END
  WHERE ${ofItem} RETURNING ${columns}`;

const hastenAllSql = "UPDATE work_items SET due_at = @clockMs WHERE kind = @kind AND due_at > @clockMs";
const early = `kind = @kind AND workspace_id = @workspaceId AND item_id = @itemId
  AND version = @version AND claimed_by IS NULL AND due_at > @clockMs`;
const isEarlySql = `SELECT 1 FROM work_items WHERE ${early}`;
const hastenSql = `UPDATE work_items SET due_at = @clockMs WHERE ${early}`;
