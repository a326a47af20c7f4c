import type { AuditEntry, AuditLog, ChangeRecord, ChangeWithUndo } from "../../domain/audit/audit-log.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { appendEntry, type StoreDeps } from "./append-entry.ts";
import {
  auditConditions,
  changeOfSql,
  changeSql,
  changesSql,
  changesWithUndoSql,
  entriesSql,
  isOpenSql,
  lastAnswersSql,
  maxLimit,
  openChangesSql,
} from "./audit-query.ts";
import { filterConditions, walkSql } from "./audit-filter.ts";
import type { AuditValues } from "./audit-query.ts";
import { auditColumns, auditEntry } from "./audit-row.ts";
import { openedRows } from "./people.ts";
import type { AuditRow } from "./audit-row.ts";
import { together, type Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";

/** The number of rows in a batch, which takes some milliseconds. */
const pageSize = 100;
/** The same for queries that read up to a hundred further rows for each row. */
const smallPage = 25;

/** The changes that a query finds, each with its latest outcome. */
export function* changeRecords(
  db: WorkspaceDatabase,
  sources: Pick<StoreDeps, "people">,
  sql: WorkspaceSql,
  values: AuditValues,
): Work<readonly ChangeRecord[]> {
  return (yield* openedRows<FoldedRow>(db, sources, sql, values)).map(changeRecord);
}

/** The append-only log of one workspace. Triggers in the database refuse UPDATE, DELETE and REPLACE. */
export function storedAuditLog(db: WorkspaceDatabase, sources: StoreDeps): AuditLog {
  const { workspaceId } = db;
  const records = async (sql: WorkspaceSql, values: AuditValues): Promise<readonly ChangeRecord[]> =>
    db.read(changeRecords(db, sources, sql, values));
  const read = async <Row extends object>(sql: WorkspaceSql, values: AuditValues): Promise<readonly Row[]> =>
    db.read(openedRows<Row>(db, sources, sql, values));
  return {
    async append(event, ...leases) {
      const row = await db.write(function* () {
        const [, entry] = yield* together(db.database.requireLeases(leases), appendEntry(db, event, sources));
        return entry;
      });
      sources.appended?.(workspaceId, row.position, event);
      const { sequence, id, at, position, previous_hash: previousHash } = row;
      return { sequence, id, at, workspaceId, position, previousHash };
    },

    async settle(event, ...leases) {
      const row = await db.write(function* () {
        yield* db.database.requireLeases(leases);
        const isOpen = yield* db.row(isOpenSql, { changeId: event.changeId });
        return isOpen ? yield* appendEntry(db, event, sources) : undefined;
      });
      if (row) sources.appended?.(workspaceId, row.position, event);
      return row !== undefined;
    },

    async *walk(filter, passOver) {
      const { where, values } = filterConditions(filter);
      const sql = walkSql(where, filter.scan);
      for (let after = filter.afterSequence ?? 0; ;) {
        const rows = await read<AuditRow>(sql, { ...values, after, limit: pageSize });
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
      const rows = await read<AuditRow>(entriesSql(where), values);
      return rows.map(auditEntry);
    },

    async changes(query) {
      const found: ChangeRecord[] = [];
      for (let { beforeSequence } = query; ; beforeSequence = found.at(-1)?.requested.sequence) {
        const limit = Math.min(pageSize, query.limit - found.length);
        const { where, values } = auditConditions({ ...query, beforeSequence, limit });
        const page = await records(changesSql(where), values);
        found.push(...page);
        if (page.length < pageSize || found.length >= Math.min(maxLimit, query.limit)) return found;
        await yieldToEventLoop();
      }
    },

    async change(changeId) {
      const [record] = await records(changeSql, { changeId });
      if (!record) throw new Problem("not_found", "There is no such change.", { field: "change" });
      return record;
    },

    async changeOf(requestId) {
      const [record] = await records(changeOfSql, { requestId });
      return record;
    },

    async changesWithUndo(changeIds) {
      const found: ChangeWithUndo[] = [];
      for (let from = 0; from < changeIds.length; from += smallPage) {
        if (from > 0) await yieldToEventLoop();
        const page = changeIds.slice(from, from + smallPage);
        const rows = await read<UndoRow>(changesWithUndoSql, { changeIds: JSON.stringify(page) });
        const byId = new Map(rows.map((row) => [row.change_id, row]));
        for (const row of page.flatMap((changeId) => byId.get(changeId) ?? []))
          found.push({ record: changeRecord(row), undone: row.undone === 1 });
      }
      return found;
    },

    async *lastAnswers(connectionId) {
      for (let after = ""; ;) {
        const values = { connectionId, after, limit: pageSize };
        const rows = await read<LastAnswerRow>(lastAnswersSql, values);
        for (const row of rows) if (row.sequence !== null) yield changeRecord(row);
        after = rows.at(-1)?.recorded_id ?? "";
        if (rows.length < pageSize) return;
        await yieldToEventLoop();
      }
    },

    async unsettled() {
      const found: ChangeRecord[] = [];
      for (let after = 0; ;) {
        const page = await records(openChangesSql, { after, limit: pageSize });
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

type UndoRow = FoldedRow & { readonly undone: number };
type LastAnswerRow = FoldedRow & { readonly recorded_id: string };

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
