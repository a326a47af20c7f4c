import type { AuditQuery } from "../domain/audit-log.ts";
import { Problem } from "../domain/problem.ts";
import { incidentOf } from "./incidents-migration.ts";
import { auditColumns, searchText } from "./audit-row.ts";

/** The named values that a statement is run with. */
export type AuditValues = Readonly<Record<string, string | number>>;

const maxLimit = 1_000;

/** A query as SQL conditions on `e` and their values. Throws invalid_input for a `since` that is no time. */
export function auditConditions(query: AuditQuery): {
  readonly where: readonly string[];
  readonly values: AuditValues;
} {
  const where: string[] = [];
  const values: Record<string, string | number> = {
    limit: Math.max(0, Math.min(maxLimit, Math.trunc(query.limit))),
  };
  if (query.number) {
    where.push("e.number_connection_id = @connectionId AND e.number_id = @numberId");
    values["connectionId"] = query.number.connectionId;
    values["numberId"] = query.number.numberId;
  }
  if (query.numberText) {
    where.push("instr(e.number_text, @numberText) > 0");
    values["numberText"] = searchText(query.numberText);
  }
  if (query.incident !== undefined) {
    // The second half is the condition of the index audit_by_incident, which SQLite does not see in the first.
    where.push(`${incidentOf("e.")} = @incident AND ${incidentOf("e.")} IS NOT NULL`);
    values["incident"] = query.incident;
  }
  if (query.since !== undefined) {
    // Sequences grow with time, so the first one since then ends the walk back; but a clock may have been set back
    // meanwhile, so that each entry's own time is looked at too.
    where.push(`e.at >= @since AND e.sequence >= (
      SELECT min(sequence) FROM audit_entries WHERE workspace_id = @workspaceId AND at >= @since)`);
    values["since"] = isoTime(query.since, "since");
  }
  if (query.beforeSequence !== undefined) {
    where.push("e.sequence < @beforeSequence");
    values["beforeSequence"] = query.beforeSequence;
  }
  return { where, values };
}

/** Entries of `@workspaceId`, newest first, at most `@limit`. */
export function entriesSql(where: readonly string[]): string {
  const conditions = ["e.workspace_id = @workspaceId", ...where].join(" AND ");
  return `SELECT ${columnsOf("e", "")} FROM audit_entries e WHERE ${conditions}
    ORDER BY e.sequence DESC LIMIT @limit`;
}

// Word for word the condition of the index audit_changes: otherwise SQLite does not see that it may use it.
const isChange = "e.kind IN ('change.requested', 'change.refused')";

// One step into the index audit_by_change for each change: its newest outcome.
const latestOutcome = `LEFT JOIN audit_entries o ON o.sequence = (
  SELECT max(x.sequence) FROM audit_entries x
  WHERE x.workspace_id = e.workspace_id AND x.change_id = e.change_id AND x.kind = 'change.outcome')`;

const foldedColumns = `${columnsOf("e", "")}, ${columnsOf("o", "outcome_")}`;

/** Changes of `@workspaceId`, newest first, at most `@limit`; the columns of the latest outcome are `outcome_…`. */
export function changesSql(where: readonly string[]): string {
  const conditions = ["e.workspace_id = @workspaceId", isChange, ...where].join(" AND ");
  return `SELECT ${foldedColumns} FROM audit_entries e ${latestOutcome} WHERE ${conditions}
    ORDER BY e.sequence DESC LIMIT @limit`;
}

/**
 * The change `@changeId` of `@workspaceId`; columns as in `changesSql`. It names its index, because SQLite left to
 * itself walks through all changes to spare sorting the one that it looks for.
 */
export const changeSql = `SELECT ${foldedColumns}
  FROM audit_entries e INDEXED BY audit_by_change ${latestOutcome}
  WHERE e.workspace_id = @workspaceId AND e.change_id = @changeId AND ${isChange}
  ORDER BY e.sequence LIMIT 1`;

/** The change that `@requestId` of `@workspaceId` asked for and that was sent; columns as in `changesSql`. */
export const changeOfSql = `SELECT ${foldedColumns}
  FROM audit_entries e INDEXED BY audit_requests ${latestOutcome}
  WHERE e.workspace_id = @workspaceId AND e.request_id = @requestId AND e.kind = 'change.requested'`;

/** The changes of `@workspaceId` that have no outcome yet, or `unknown`, oldest first; columns as in `changesSql`. */
export const openChangesSql = `SELECT ${foldedColumns}
  FROM open_changes c CROSS JOIN audit_entries e ON e.sequence = c.sequence ${latestOutcome}
  WHERE c.workspace_id = @workspaceId ORDER BY c.sequence`;

/**
 * The numbers that `@workspaceId` has entries of. From one to the next by the index, because DISTINCT would read every
 * entry of the log.
 */
export const numbersSql = `
  WITH RECURSIVE recorded (connectionId, numberId) AS (
    SELECT * FROM (
      SELECT number_connection_id, number_id FROM audit_entries INDEXED BY audit_by_number
      WHERE workspace_id = @workspaceId AND number_id IS NOT NULL
      ORDER BY number_connection_id, number_id LIMIT 1)
    UNION ALL
    SELECT n.number_connection_id, n.number_id
    FROM recorded CROSS JOIN audit_entries n ON n.sequence = (
      SELECT x.sequence FROM audit_entries x INDEXED BY audit_by_number
      WHERE x.workspace_id = @workspaceId AND x.number_id IS NOT NULL
        AND (x.number_connection_id, x.number_id) > (recorded.connectionId, recorded.numberId)
      ORDER BY x.number_connection_id, x.number_id LIMIT 1)
  )
  SELECT connectionId, numberId FROM recorded`;

/** The columns of an entry of that table or alias, each called by its name behind the prefix. */
export function columnsOf(table: string, prefix: string): string {
  return auditColumns.map((column) => `${table}.${column} AS ${prefix}${column}`).join(", ");
}

/**
 * A time as entries write it, to the millisecond: as texts "…00Z" and "…00.500Z" would compare the wrong way round.
 * Throws invalid_input, naming the field.
 */
export function isoTime(text: string, field: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new Problem("invalid_input", "That is not a date and time.", { field });
  return time.toISOString();
}
