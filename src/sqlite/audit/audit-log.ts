import type {
  AuditEntry,
  AuditEvent,
  AuditLog,
  ChangeRecord,
  ChangeWithUndo,
} from "../../domain/audit-log.ts";
import { Problem } from "../../domain/problem.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import {
  auditConditions,
  changeOfSql,
  changeSql,
  changesSql,
  changesWithUndoSql,
  entriesSql,
  lastAnswersSql,
  maxLimit,
  openChangesSql,
} from "./audit-query.ts";
import { filterConditions, walkSql } from "./audit-filter.ts";
import type { AuditValues } from "./audit-query.ts";
import { auditColumns, auditEntry, auditRow } from "./audit-row.ts";
import type { AuditRow, NewAuditRow } from "./audit-row.ts";
import { genesisHash } from "../crypto/chain-hash.ts";
import { prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { checkAppendOnlyTriggers } from "../connection/append-only-triggers.ts";
import { notRecorded, writeTransaction } from "../connection/write-transaction.ts";

/** Where the times and the ids of new entries come from. */
export interface StoreDeps {
  readonly now: () => Date;
  /** See `Clocks`; it follows `now` unless given. */
  readonly monotonicMs?: (() => number) | undefined;
  /** A fresh, unguessable id with a prefix: `aud_…`. */
  readonly newId: (prefix: string) => string;
  /** Told of each entry that was written, with the number of them in its workspace. It does not throw. */
  readonly appended?: (workspaceId: string, count: number) => void;
}

/** So many rows are read at once: with all that is made of them some milliseconds. */
const pageSize = 100;
/** The same where each row is looked up among up to a hundred others. */
const smallPage = 25;

/**
 * Appends one entry within the transaction that is under way, so that what it tells of and the entry are written both or
 * not at all. Throws already_requested for a second `change.requested` with the same request id, and not_recorded.
 */
export function appendEntry(
  db: SqliteDatabase,
  workspaceId: string,
  event: AuditEvent,
  { now, newId }: Pick<StoreDeps, "now" | "newId">,
): NewAuditRow {
  checkAppendOnlyTriggers(db);
  const isSecond =
    event.kind === "change.requested" && prepared(db, requestSql).get(workspaceId, event.requestId);
  if (isSecond) throw new Problem("already_requested", "This change was asked for already.");
  const newest = prepared<Newest>(db, newestSql).get(workspaceId);
  const sequence = (newest?.sequence ?? 0) + 1;
  const row = auditRow(event, {
    sequence,
    id: newId("aud"),
    at: now().toISOString(),
    workspaceId,
    position: (newest?.position ?? 0) + 1,
    previousHash: newest?.hash ?? genesisHash(workspaceId),
  });
  const values = insertColumns.map((column) => row[column]);
  // A trigger of somebody else's can make SQLite pass over a row without a word.
  if (prepared(db, insertSql).run(...values).changes !== 1) throw notRecorded("the entry was not taken");
  return row;
}

/**
 * Writes something together with the entry that tells of it: both or neither, durable when it resolves. The event may
 * depend on what `write` found. Throws not_recorded, and whatever `write` throws.
 */
export async function writeAudited<Result>(
  db: SqliteDatabase,
  workspaceId: string,
  sources: StoreDeps,
  write: () => { readonly event: AuditEvent; readonly result: Result },
): Promise<Result> {
  const { result, position } = await writeTransaction(db, () => {
    const { event, result: written } = write();
    return { result: written, position: appendEntry(db, workspaceId, event, sources).position };
  });
  sources.appended?.(workspaceId, position);
  return result;
}

/** The changes of a workspace that a query for folded rows finds, each with its latest outcome. */
export function changeRecords(
  db: SqliteDatabase,
  workspaceId: string,
  sql: string,
  values: AuditValues,
): readonly ChangeRecord[] {
  return prepared<FoldedRow>(db, sql)
    .all({ ...values, workspaceId })
    .map(changeRecord);
}

/** The append-only log of one workspace. Triggers in the database refuse UPDATE, DELETE and REPLACE. */
export function sqliteAuditLog(
  db: SqliteDatabase,
  workspaceId: string,
  { now, newId, appended }: StoreDeps,
): AuditLog {
  return {
    async append(event) {
      const row = await writeTransaction(db, () => appendEntry(db, workspaceId, event, { now, newId }));
      appended?.(workspaceId, row.position);
      const { sequence, id, at, position, previous_hash: previousHash } = row;
      return { sequence, id, at, workspaceId, position, previousHash };
    },

    async *walk(filter, passOver) {
      const { where, values } = filterConditions(filter);
      const sql = walkSql(where, filter.scan);
      for (let after = filter.afterSequence ?? 0; ;) {
        const rows = prepared<AuditRow>(db, sql).all({ ...values, workspaceId, after, limit: pageSize });
        for (const row of rows) {
          const entry = passOver ? readableEntry(row, passOver) : auditEntry(row);
          if (entry) yield entry;
        }
        after = rows.at(-1)?.sequence ?? 0;
        if (rows.length < pageSize) return;
        await yieldToEventLoop();
      }
    },

    async entries(query) {
      const { where, values } = auditConditions(query);
      const rows = prepared<AuditRow>(db, entriesSql(where)).all({ ...values, workspaceId });
      return rows.map(auditEntry);
    },

    async changes(query) {
      const found: ChangeRecord[] = [];
      for (let { beforeSequence } = query; ; beforeSequence = found.at(-1)?.requested.sequence) {
        const limit = Math.min(pageSize, query.limit - found.length);
        const { where, values } = auditConditions({ ...query, beforeSequence, limit });
        const page = changeRecords(db, workspaceId, changesSql(where), values);
        found.push(...page);
        if (page.length < pageSize || found.length >= Math.min(maxLimit, query.limit)) return found;
        await yieldToEventLoop();
      }
    },

    async change(changeId) {
      const [record] = changeRecords(db, workspaceId, changeSql, { changeId });
      if (!record) throw new Problem("not_found", "There is no such change.");
      return record;
    },

    async changeOf(requestId) {
      const [record] = changeRecords(db, workspaceId, changeOfSql, { requestId });
      return record;
    },

    async changesWithUndo(changeIds) {
      const found: ChangeWithUndo[] = [];
      for (let from = 0; from < changeIds.length; from += smallPage) {
        if (from > 0) await yieldToEventLoop();
        const values = { workspaceId, changeIds: JSON.stringify(changeIds.slice(from, from + smallPage)) };
        const rows = prepared<FoldedRow & { readonly undone: number | null }>(db, changesWithUndoSql).all(
          values,
        );
        for (const row of rows) found.push({ record: changeRecord(row), undone: row.undone === 1 });
      }
      return found;
    },

    async *lastAnswers(connectionId) {
      for (let after = ""; ;) {
        const values = { workspaceId, connectionId, after, limit: pageSize };
        const rows = prepared<FoldedRow & { readonly recorded_id: string }>(db, lastAnswersSql).all(values);
        for (const row of rows) if (row.sequence !== null) yield changeRecord(row);
        after = rows.at(-1)?.recorded_id ?? "";
        if (rows.length < pageSize) return;
        await yieldToEventLoop();
      }
    },

    async unsettled() {
      const found: ChangeRecord[] = [];
      for (let after = 0; ;) {
        const page = changeRecords(db, workspaceId, openChangesSql, { after, limit: pageSize });
        found.push(...page);
        after = page.at(-1)?.requested.sequence ?? 0;
        if (page.length < pageSize) return found;
        await yieldToEventLoop();
      }
    },
  };
}

const requestSql =
  "SELECT 1 FROM audit_entries WHERE workspace_id = ? AND request_id = ? AND kind = 'change.requested'";

// The sequence is part of what is hashed and so has to be known beforehand; it never goes back, not even where the
// counter was tampered with.
const newestSql = `SELECT h.position, h.hash, max(
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit_entries'), 0),
    coalesce((SELECT max(sequence) FROM audit_entries), 0)) AS sequence
  FROM (SELECT ? AS workspace_id) w LEFT JOIN audit_heads h ON h.workspace_id = w.workspace_id`;

interface Newest {
  readonly position: number | null;
  readonly hash: string | null;
  readonly sequence: number;
}

const insertColumns = [
  ...auditColumns,
  "number_connection_id",
  "number_id",
  "number_text",
] satisfies (keyof NewAuditRow)[];

const insertSql = `INSERT INTO audit_entries (${insertColumns.join(", ")})
  VALUES (${insertColumns.map(() => "?").join(", ")})`;

/** A change's row, and its latest outcome's with each column called `outcome_…`, all null where there is none. */
type FoldedRow = AuditRow & Readonly<Record<`outcome_${keyof AuditRow}`, AuditRow[keyof AuditRow]>>;

function readableEntry(
  row: AuditRow,
  passOver: (sequence: number, error: unknown) => void,
): AuditEntry | undefined {
  try {
    return auditEntry(row);
  } catch (error) {
    passOver(row.sequence, error);
    return undefined;
  }
}

function changeRecord(row: FoldedRow): ChangeRecord {
  if (row.outcome_sequence === null) return { requested: auditEntry(row), outcome: undefined };
  const columns = auditColumns.map((column) => [column, row[`outcome_${column}`]]);
  const outcome: AuditRow = Object.fromEntries(columns);
  return { requested: auditEntry(row), outcome: auditEntry(outcome) };
}
