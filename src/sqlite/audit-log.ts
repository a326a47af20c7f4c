import type { AuditLog, ChangeRecord } from "../domain/audit-log.ts";
import { Problem } from "../domain/problem.ts";
import { auditConditions, changeSql, changesSql, entriesSql, openChangesSql } from "./audit-query.ts";
import type { AuditValues } from "./audit-query.ts";
import { auditColumns, auditEntry, auditRow } from "./audit-row.ts";
import type { AuditRow, NewAuditRow } from "./audit-row.ts";
import { prepared } from "./database.ts";
import type { SqliteDatabase } from "./database.ts";
import { writeTransaction } from "./write-transaction.ts";

/** Where the times and the ids of new entries come from. */
export interface AuditSources {
  readonly now: () => Date;
  /** A fresh, unguessable id with a prefix: `aud_…`. */
  readonly newId: (prefix: string) => string;
}

/** The append-only log of one workspace. Triggers in the database refuse UPDATE, DELETE and REPLACE. */
export function sqliteAuditLog(
  db: SqliteDatabase,
  workspaceId: string,
  { now, newId }: AuditSources,
): AuditLog {
  const changeRecords = (sql: string, values: AuditValues): readonly ChangeRecord[] =>
    prepared<FoldedRow>(db, sql)
      .all({ ...values, workspaceId })
      .map(changeRecord);

  return {
    async append(event) {
      return writeTransaction(db, () => {
        const isSecond =
          event.kind === "change.requested" && prepared(db, requestSql).get(workspaceId, event.requestId);
        if (isSecond) throw new Problem("already_requested", "This change was asked for already.");
        const row = auditRow(event, { id: newId("aud"), at: now().toISOString(), workspaceId });
        const { lastInsertRowid } = prepared(db, insertSql).run(row);
        return auditEntry({ ...row, sequence: Number(lastInsertRowid) });
      });
    },

    async entries(query) {
      const { where, values } = auditConditions(query);
      const rows = prepared<AuditRow>(db, entriesSql(where)).all({ ...values, workspaceId });
      return rows.map(auditEntry);
    },

    async changes(query) {
      const { where, values } = auditConditions(query);
      return changeRecords(changesSql(where), values);
    },

    async change(changeId) {
      const [record] = changeRecords(changeSql, { changeId });
      if (!record) throw new Problem("not_found", "There is no such change.");
      return record;
    },

    async unsettled() {
      return changeRecords(openChangesSql, {});
    },
  };
}

const requestSql =
  "SELECT 1 FROM audit_entries WHERE workspace_id = ? AND request_id = ? AND kind = 'change.requested'";

const insertColumns = [
  ...auditColumns.filter((column) => column !== "sequence"),
  "number_connection_id",
  "number_id",
  "number_text",
] satisfies (keyof NewAuditRow)[];

const insertSql = `INSERT INTO audit_entries (${insertColumns.join(", ")})
  VALUES (${insertColumns.map((column) => `@${column}`).join(", ")})`;

/** A change's row, and its latest outcome's with each column called `outcome_…`, all null where there is none. */
type FoldedRow = AuditRow & Readonly<Record<`outcome_${keyof AuditRow}`, AuditRow[keyof AuditRow]>>;

function changeRecord(row: FoldedRow): ChangeRecord {
  if (row.outcome_sequence === null) return { requested: auditEntry(row), outcome: undefined };
  const columns = auditColumns.map((column) => [column, row[`outcome_${column}`]]);
  const outcome: AuditRow = Object.fromEntries(columns);
  return { requested: auditEntry(row), outcome: auditEntry(outcome) };
}
