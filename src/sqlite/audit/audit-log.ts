import type { AuditEntry, AuditLog, ChangeRecord, ChangeWithUndo } from "../../domain/audit-log.ts";
import { Problem } from "../../domain/problem.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import { appendEntry, type StoreDeps } from "./append-entry.ts";
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
import { auditColumns, auditEntry } from "./audit-row.ts";
import type { AuditRow } from "./audit-row.ts";
import { prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** The number of rows in a batch, which takes some milliseconds. */
const pageSize = 100;
/** The same for queries that read up to a hundred further rows for each row. */
const smallPage = 25;

/** The changes that a query finds, each with its latest outcome. */
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

/** A change's row with the columns of its latest outcome as `outcome_…`, all null without an outcome. */
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
