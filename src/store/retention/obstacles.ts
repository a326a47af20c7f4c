import { plural } from "../../domain/text/plural.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";
import { holdOf } from "./legal-holds.ts";

/** Something open that needs entries which are to be removed. */
interface Need {
  /** Counts what is open. */
  readonly sql: WorkspaceSql;
  readonly words: (count: number) => string;
}

const isRetired = (changeId: string): string => `EXISTS (SELECT 1 FROM audit_entries e
  WHERE e.workspace_id = @workspaceId AND e.change_id = ${changeId} AND e.sequence <= @sequence)`;

const needs: readonly Need[] = [
  {
    sql: "SELECT count(*) AS count FROM open_changes WHERE workspace_id = @workspaceId AND sequence <= @sequence",
    words: (count) => `${plural(count, "change")} without a known outcome`,
  },
  {
    sql: `SELECT count(*) AS count FROM timed_changes t
      WHERE workspace_id = @workspaceId AND state <> 'over' AND ${isRetired("t.change_id")}`,
    words: (count) => `${plural(count, "temporary change")} still to revert: wait, keep or end them`,
  },
  {
    sql: `SELECT count(*) AS count FROM incidents
      WHERE workspace_id = @workspaceId AND ended_at IS NULL AND started_at < @before`,
    words: (count) => `${plural(count, "open incident")}: close or revert them`,
  },
  {
    sql: `SELECT count(*) AS count FROM runs
      WHERE workspace_id = @workspaceId AND state IN ('running', 'paused', 'held') AND made_at < @before`,
    words: (count) => `${plural(count, "run")} that did not end: stop it, or fail back`,
  },
  {
    // A request to undo or restore a change needs that change.
    sql: `SELECT count(*) AS count FROM approvals a
      WHERE workspace_id = @workspaceId AND state IN ('open', 'approved')
        AND (json_extract(asked, '$.at') < @before OR ${isRetired("json_extract(a.asked, '$.details.undoes')")}
          OR ${isRetired("json_extract(a.asked, '$.details.restores')")})`,
    words: (count) => `${plural(count, "request")} for approval: decide or withdraw them`,
  },
  {
    sql: `SELECT count(*) AS count FROM drift_findings d
      WHERE workspace_id = @workspaceId AND ${isRetired("json_extract(d.finding, '$.changeId')")}`,
    words: (count) => `drift of ${plural(count, "number")}: correct it, or change the number`,
  },
  {
    sql: `SELECT count(*) AS count FROM audit_entries broken WHERE workspace_id = @workspaceId
      AND sequence <= @sequence AND (kind = 'change.requested' AND instr(details, '"breakGlass":"yes"') > 0
        AND NOT (instr(details, '"overrode":') > 0 AND instr(details, '"run":') > 0)
        OR kind = 'rule.overridden' AND change_id IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM audit_entries reviewed WHERE reviewed.workspace_id = @workspaceId
        AND reviewed.change_id = broken.change_id AND reviewed.kind = 'breakglass.reviewed')`,
    words: (count) => `${plural(count, "break-glass change")} that no admin has reviewed`,
  },
  {
    sql: `SELECT count(*) AS count FROM announced a WHERE workspace_id = @workspaceId AND EXISTS (
      SELECT 1 FROM audit_entries e WHERE e.workspace_id = @workspaceId
        AND e.sequence > a.sequence AND e.sequence <= @sequence)`,
    words: () => "entries that were not announced yet: start the server, or choose no announcements channel",
  },
  {
    sql: `SELECT count(*) AS count FROM webhooks w WHERE workspace_id = @workspaceId AND EXISTS (
      SELECT 1 FROM audit_entries e WHERE e.workspace_id = @workspaceId
        AND e.sequence > w.sequence AND e.sequence <= @sequence)`,
    words: (count) =>
      `${plural(count, "webhook")} that did not get all of them: resume or remove it (patchbay webhooks list)`,
  },
];

/** Why entries up to a sequence, all from before a time, cannot be removed now, as sentences to show. */
export function* obstaclesTo(
  db: WorkspaceDatabase,
  until: { readonly sequence: number; readonly before: string },
): Work<readonly string[]> {
  const hold = yield* holdOf(db);
  const found: string[] = [];
  if (hold) found.push(`It has been under a legal hold since ${hold.at}: ${hold.reason}`);
  for (const { sql, words } of needs) {
    const count = (yield* db.row<{ count: number }>(sql, until))?.count ?? 0;
    if (count > 0) found.push(`Still needed by ${words(count)}.`);
  }
  return found;
}

/** How many numbers have their newest change of the agent among these entries. */
export function* numbersForgotten(db: WorkspaceDatabase, sequence: number): Work<number> {
  return (yield* db.row<{ count: number }>(forgottenSql, { sequence }))?.count ?? 0;
}

const forgottenSql = `SELECT count(*) AS count FROM (
  SELECT number_connection_id, number_id FROM audit_entries
  WHERE workspace_id = @workspaceId AND kind = 'change.requested' AND change_kind IN ('reassign', 'detach')
  GROUP BY number_connection_id, number_id HAVING max(sequence) <= @sequence) AS forgotten`;
