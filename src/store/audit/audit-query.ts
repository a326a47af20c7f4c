import type { AuditQuery } from "../../domain/audit/audit-log.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { WorkspaceSql } from "../database/workspace-database.ts";
import { auditColumns, searchText } from "./audit-row.ts";

/** The named parameters of a statement. */
export type AuditValues = Readonly<Record<string, string | number>>;

/** The expression of the index audit_by_incident: SQLite uses the index for no other. */
const incident = "CASE WHEN json_valid(e.details) THEN json_extract(e.details, '$.incident') END";

/** The newest entry of `@workspaceId` about `@incident`. */
export const lastOfIncidentSql: WorkspaceSql = `SELECT e.sequence AS sequence FROM audit_entries e
  WHERE e.workspace_id = @workspaceId AND ${incident} = @incident AND ${incident} IS NOT NULL
  ORDER BY e.sequence DESC LIMIT 1`;

/** A query never returns more than this. */
export const maxLimit = 1_000;

/** A query as SQL conditions on `e`, with their values. Throws invalid_input for an invalid `since`. */
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
  if (query.changeId !== undefined) {
    // The index is named, because SQLite would otherwise scan all entries to avoid sorting a few.
    where.push(`e.sequence IN (SELECT sequence FROM audit_entries INDEXED BY audit_by_change
      WHERE workspace_id = @workspaceId AND change_id = @changeId)`);
    values["changeId"] = query.changeId;
  }
  if (query.numberText) {
    where.push("instr(e.number_text, @numberText) > 0");
    values["numberText"] = searchText(query.numberText);
  }
  if (query.incident !== undefined) {
    // The second half is the condition of the partial index audit_by_incident. SQLite does not infer it.
    where.push(`${incident} = @incident AND ${incident} IS NOT NULL`);
    values["incident"] = query.incident;
  }
  if (query.since !== undefined) {
    // Sequences grow with time, so the first entry since then bounds the scan. The clock may have been set back since, so
    // each entry's own time is compared too.
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
export function entriesSql(where: readonly string[]): WorkspaceSql {
  return `SELECT ${columnsOf("e", "")} FROM audit_entries e
    WHERE e.workspace_id = @workspaceId ${andAll(where)}
    ORDER BY e.sequence DESC LIMIT @limit`;
}

// Exactly the condition of the index audit_changes: otherwise SQLite does not use it.
const isChange = "e.kind IN ('change.requested', 'change.refused')";

// The newest outcome: one lookup in the index audit_by_change for each change.
const latestOutcome = `LEFT JOIN audit_entries o ON o.sequence = (
  SELECT max(x.sequence) FROM audit_entries x
  WHERE x.workspace_id = e.workspace_id AND x.change_id = e.change_id AND x.kind = 'change.outcome')`;

const foldedColumns = `${columnsOf("e", "")}, ${columnsOf("o", "outcome_")}`;

/** Changes of `@workspaceId`, newest first, at most `@limit`; the columns of the latest outcome are `outcome_…`. */
export function changesSql(where: readonly string[]): WorkspaceSql {
  return `SELECT ${foldedColumns} FROM audit_entries e ${latestOutcome}
    WHERE e.workspace_id = @workspaceId AND ${isChange} ${andAll(where)}
    ORDER BY e.sequence DESC LIMIT @limit`;
}

/**
 * The change `@changeId` of `@workspaceId`; columns as in `changesSql`. The index is named, because SQLite would
 * otherwise scan all changes to avoid sorting one.
 */
export const changeSql: WorkspaceSql = `SELECT ${foldedColumns}
  FROM audit_entries e INDEXED BY audit_by_change ${latestOutcome}
  WHERE e.workspace_id = @workspaceId AND e.change_id = @changeId AND ${isChange}
  ORDER BY e.sequence LIMIT 1`;

/** The change that request `@requestId` of `@workspaceId` sent; columns as in `changesSql`. */
export const changeOfSql: WorkspaceSql = `SELECT ${foldedColumns}
  FROM audit_entries e INDEXED BY audit_requests ${latestOutcome}
  WHERE e.workspace_id = @workspaceId AND e.request_id = @requestId AND e.kind = 'change.requested'`;

/** Whether the outcome of a change is not final. */
export const isOpenSql: WorkspaceSql =
  "SELECT 1 AS is_open FROM open_changes WHERE workspace_id = @workspaceId AND change_id = @changeId";

/**
 * The next `@limit` changes of `@workspaceId` after `@after` without a known outcome, oldest first; columns as in
 * `changesSql`.
 */
export const openChangesSql: WorkspaceSql = `SELECT ${foldedColumns}
  FROM open_changes c CROSS JOIN audit_entries e ${latestOutcome}
  WHERE e.sequence = c.sequence AND c.workspace_id = @workspaceId AND c.sequence > @after
  ORDER BY c.sequence LIMIT @limit`;

// Whether the latest outcome of a change is a refusal.
const wasRefused = (change: string): string => `coalesce((SELECT y.outcome FROM audit_entries y
    WHERE y.sequence = (SELECT max(z.sequence) FROM audit_entries z INDEXED BY audit_by_change
      WHERE z.workspace_id = @workspaceId AND z.change_id = ${change}.change_id AND z.kind = 'change.outcome')
  ), '') = 'refused'`;

/**
 * The changes of `@workspaceId` whose ids are in `@changeIds`, a JSON list, in no order; columns as in
 * `changesSql`. `undone` is 1 if the newest later change of one of the same fields that was sent and not refused
 * undoes it.
 */
export const changesWithUndoSql: WorkspaceSql = `SELECT ${foldedColumns}, CASE WHEN e.change_id = (
    SELECT CASE WHEN json_valid(x.details) THEN json_extract(x.details, '$.undoes') END
    FROM (SELECT * FROM audit_entries n INDEXED BY audit_by_number
      WHERE n.workspace_id = @workspaceId AND n.number_connection_id = e.number_connection_id
        AND n.number_id = e.number_id AND n.kind = 'change.requested' AND n.sequence > e.sequence
      ORDER BY n.sequence DESC LIMIT 100) x
    WHERE NOT ${wasRefused("x")}
      AND EXISTS (SELECT 1 FROM json_each(e.wanted_state) mine JOIN json_each(x.wanted_state) theirs
        ON mine.key = theirs.key)
    ORDER BY x.sequence DESC LIMIT 1) THEN 1 ELSE 0 END AS undone
  FROM json_each(CAST(@changeIds AS TEXT)) wanted
  CROSS JOIN audit_entries e INDEXED BY audit_by_change ${latestOutcome}
  WHERE e.workspace_id = @workspaceId AND e.change_id = wanted.value AND ${isChange}`;

/**
 * The next `@limit` numbers of `@connectionId` after `@after` that have entries, as `recorded_id`, each with its
 * newest change of the agent that was sent and not refused. Columns as in `changesSql`, all null without one. It
 * steps through the index, because DISTINCT would read every entry.
 */
export const lastAnswersSql: WorkspaceSql = `
  WITH RECURSIVE recorded (id) AS (
    SELECT * FROM (SELECT min(number_id) FROM audit_entries INDEXED BY audit_by_number
      WHERE workspace_id = @workspaceId AND number_connection_id = @connectionId AND number_id > @after) next
    UNION ALL
    SELECT (SELECT min(n.number_id) FROM audit_entries n INDEXED BY audit_by_number
      WHERE n.workspace_id = @workspaceId AND n.number_connection_id = @connectionId AND n.number_id > recorded.id)
    FROM recorded WHERE recorded.id IS NOT NULL
  )
  SELECT recorded.id AS recorded_id, ${foldedColumns}
  FROM (SELECT id FROM recorded WHERE id IS NOT NULL LIMIT @limit) recorded
  LEFT JOIN audit_entries e ON e.sequence = (
    SELECT x.sequence FROM (SELECT n.sequence, n.kind, n.change_kind, n.change_id
      FROM audit_entries n INDEXED BY audit_by_number
      WHERE n.workspace_id = @workspaceId AND n.number_connection_id = @connectionId AND n.number_id = recorded.id
      ORDER BY n.sequence DESC LIMIT 200) x
    WHERE x.kind = 'change.requested' AND x.change_kind IN ('reassign', 'detach') AND NOT ${wasRefused("x")}
    ORDER BY x.sequence DESC LIMIT 1)
  ${latestOutcome}`;

function andAll(where: readonly string[]): string {
  return where.map((condition) => `AND ${condition}`).join(" ");
}

/** The columns of a table or alias, each named with the prefix. */
export function columnsOf(table: string, prefix: string): string {
  return auditColumns.map((column) => `${table}.${column} AS ${prefix}${column}`).join(", ");
}

/**
 * A time in the entries' format, to the millisecond: as texts, "…00Z" and "…00.500Z" would sort the wrong way
 * round. Throws invalid_input with the field.
 */
export function isoTime(text: string, field: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new Problem("invalid_input", "That is not a date and time.", { field });
  return time.toISOString();
}
