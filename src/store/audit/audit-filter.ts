import type { AuditFilter } from "../../domain/audit/audit-log.ts";
import { columnsOf, isoTime, type AuditValues } from "./audit-query.ts";
import { searchText } from "./audit-row.ts";
import type { WorkspaceSql } from "../database/workspace-database.ts";

/** A filter as SQL conditions on `e`, with their values. Throws invalid_input for an invalid time. */
export function filterConditions(filter: AuditFilter): {
  readonly where: readonly string[];
  readonly values: AuditValues;
} {
  const where: string[] = [];
  const values = new Map<string, string | number>();
  const add = (name: string, value: string | number | undefined, condition: string): void => {
    if (value === undefined || value === "") return;
    where.push(condition);
    values.set(name, value);
  };
  const text = filter.numberText === undefined ? undefined : searchText(filter.numberText);
  add("numberText", text, "instr(e.number_text, @numberText) > 0");
  // Slack users are stored as U123@T123 and searched by either form. Not with LIKE, where "_" matches any character.
  add(
    "person",
    filter.person,
    `(e.actor = @person OR substr(e.actor, 1, length(@person) + 1) = @person || '@'
      OR instr(e.actor || ' ', ' for ' || @person || ' ') > 0 OR EXISTS (
      SELECT 1 FROM audit_people p WHERE p.workspace_id = e.workspace_id AND (
        instr(e.actor, p.id || '@') = 1
          AND (p.user_id = @person OR p.user_id || substr(e.actor, length(p.id) + 1) = @person)
        OR instr(e.actor, ' for ' || p.id) > 0
          AND (p.user_id = @person OR replace(e.actor, p.id, p.user_id) = @person))))`,
  );
  add("kind", filter.kind, "(e.kind = @kind OR e.change_kind = @kind)");
  if (filter.since !== undefined) add("since", isoTime(filter.since, "since"), "e.at >= @since");
  if (filter.until !== undefined) add("until", isoTime(filter.until, "until"), "e.at < @until");
  add("through", filter.throughSequence, "e.sequence <= @through");
  return { where, values: Object.fromEntries(values) };
}

/** Entries of `@workspaceId` after `@after`, oldest first, at most `@limit`. */
export function walkSql(where: readonly string[], scan = false): WorkspaceSql {
  const conditions = ["e.sequence > @after", ...where].join(" AND ");
  // The index is named, because SQLite might otherwise sort all entries of a time or number for each page.
  const by = scan ? "NOT INDEXED" : "INDEXED BY audit_by_workspace";
  return `SELECT ${columnsOf("e", "")} FROM audit_entries e ${by} WHERE e.workspace_id = @workspaceId AND ${conditions}
    ORDER BY e.sequence LIMIT @limit`;
}
