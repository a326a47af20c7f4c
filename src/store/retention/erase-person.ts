import { randomBytes } from "node:crypto";
import { erasedReason, erasedUserId } from "../../domain/shared/erased.ts";
import type { ErasePlan } from "../../domain/ports/retention.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { plural } from "../../domain/text/plural.ts";
import { workspaceSettings } from "../../domain/access/workspace-settings.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";
import { holdOf } from "./legal-holds.ts";

/** Where Patchbay keeps Slack user ids besides the audit log: text columns of each table. */
const places: Readonly<Record<string, readonly string[]>> = {
  workspace_settings: ["settings"],
  api_tokens: ["owner"],
  approvals: ["asked", "first_by", "decided_by", "comment"],
  timed_changes: ["place", "ended_by", "notes"],
  incidents: ["started_by", "ended_by"],
  runs: ["by", "terms", "status"],
  run_steps: ["step", "result"],
  plans: ["body", "saved_by"],
  plan_states: ["drill", "approval"],
  freezes: ["frozen_by"],
  closed_gates: ["closed_by"],
  rule_overrides: ["overridden_by"],
  form_states: ["user_id", "state"],
  said_changes: ["said"],
  outbox: ["message"],
  act_messages: ["message"],
  drift_findings: ["finding"],
  idempotency_keys: ["answer"],
  hooks: ["made_by"],
  on_call_schedules: ["people", "made_by"],
  proposals: ["dismissed_by"],
};

/** Whether a column names a person: as an actor, in JSON, or alone. */
const names = (column: string): string =>
  `(${column} = @userId OR instr(${column}, @userId || '@') > 0 OR instr(${column}, '"' || @userId || '"') > 0 OR instr(${column}, '\\"' || @userId || '\\"') > 0
    OR instr(${column}, 'for ' || @userId) > 0 OR instr(${column}, '<@' || @userId || '>') > 0)`;
const namesIn = (table: string): string => (ownValue(places, table) ?? []).map(names).join(" OR ");

/** What somebody is still needed for, with the rows that say so. */
const needs: readonly (readonly [sql: WorkspaceSql, words: (count: number) => string])[] = [
  [
    "SELECT count(*) AS count FROM api_tokens WHERE workspace_id = @workspaceId AND (owner = @userId OR instr(owner, @userId || '@') > 0 OR instr(owner, 'for ' || @userId) > 0)",
    (count) => `${plural(count, "token")} of the HTTP API: revoke it (patchbay tokens list)`,
  ],
  [
    `SELECT count(*) AS count FROM approvals WHERE workspace_id = @workspaceId AND state IN ('open', 'approved') AND (${namesIn("approvals")})`,
    (count) => `${plural(count, "open request")} for approval: decide or withdraw it`,
  ],
  [
    `SELECT count(*) AS count FROM timed_changes WHERE workspace_id = @workspaceId AND state <> 'over' AND (${namesIn("timed_changes")})`,
    (count) => `${plural(count, "temporary change")}: keep or end it`,
  ],
  [
    `SELECT count(*) AS count FROM runs WHERE workspace_id = @workspaceId AND state IN ('running', 'paused', 'held') AND (${namesIn("runs")})`,
    (count) => `${plural(count, "run")} that did not end`,
  ],
  [
    "SELECT count(*) AS count FROM on_call_schedules WHERE workspace_id = @workspaceId AND instr(people, '\"' || @userId || '\"') > 0",
    (count) => `${plural(count, "on-call schedule")}: take them out of its people (/number oncall)`,
  ],
];

/** What stands in the way of erasing somebody, and what will still name them. */
export function* planErasure(db: WorkspaceDatabase, userId: string): Work<ErasePlan> {
  const obstacles: string[] = [];
  const hold = yield* holdOf(db);
  if (hold) obstacles.push(`The workspace has been under a legal hold since ${hold.at}: ${hold.reason}`);
  const roles = yield* rolesOf(db, userId);
  if (roles.length > 0)
    obstacles.push(`The settings still name them: ${roles.join(", ")}. Remove them there first.`);
  for (const [sql, words] of needs) {
    const count = (yield* db.row<{ count: number }>(sql, { userId }))?.count ?? 0;
    if (count > 0) obstacles.push(`Still needed for ${words(count)}.`);
  }
  const person = yield* db.row<{ id: string }>(personSql, { userId });
  const plain = (yield* db.row<{ count: number }>(plainSql, { userId }))?.count ?? 0;
  const remains = yield* remainsOf(db, userId);
  return { isSealed: person !== undefined, plain, obstacles, remains };
}

function* rolesOf(db: WorkspaceDatabase, userId: string): Work<readonly string[]> {
  const sql = "SELECT settings FROM workspace_settings WHERE workspace_id = @workspaceId";
  const stored = yield* db.row<{ settings: string }>(sql);
  const { roles = {}, connectionOperators = {} } = workspaceSettings.parse(
    stored ? JSON.parse(stored.settings) : {},
  );
  return [
    ...Object.entries(roles).flatMap(([role, assigned]) => (assigned?.people.includes(userId) ? [role] : [])),
    ...Object.entries(connectionOperators).flatMap(([connection, { people }]) =>
      people.includes(userId) ? [`operator of ${connection}`] : [],
    ),
  ];
}

function* remainsOf(db: WorkspaceDatabase, userId: string): Work<ErasePlan["remains"]> {
  const found: { readonly table: string; readonly rows: number }[] = [];
  for (const table of Object.keys(places)) {
    const sql =
      `SELECT count(*) AS count FROM ${table} WHERE workspace_id = @workspaceId AND (${namesIn(table)})` as const;
    const rows = (yield* db.row<{ count: number }>(sql, { userId }))?.count ?? 0;
    if (rows > 0) found.push({ table, rows });
  }
  return found;
}

/**
 * Removes the key of a person and their id in what is over. Returns what stands in the place of their id, and what still
 * names them.
 */
export function* erasePerson(
  db: WorkspaceDatabase,
  userId: string,
): Work<{ readonly label: string; readonly remains: ErasePlan["remains"] }> {
  const person = yield* db.row<{ id: string }>(personSql, { userId });
  const label = erasedUserId(person?.id ?? `~p${randomBytes(10).toString("hex")}`);
  yield* db.run("DELETE FROM audit_people WHERE workspace_id = @workspaceId AND user_id = @userId", {
    userId,
  });
  yield* db.run("DELETE FROM form_states WHERE workspace_id = @workspaceId AND user_id = @userId", {
    userId,
  });
  for (const [table, isOver] of closed)
    yield* db.run(
      `DELETE FROM ${table} WHERE workspace_id = @workspaceId AND ${isOver} AND (${namesIn(table)})` as const,
      { userId },
    );
  for (const [table, column, text] of typed)
    yield* db.run(
      `UPDATE ${table} SET ${text} = @erased WHERE workspace_id = @workspaceId AND ${text} IS NOT NULL
        AND instr(${column}, @userId || '@') = 1` as const,
      { userId, erased: erasedReason },
    );
  for (const [table, column] of actors)
    yield* db.run(
      `UPDATE ${table} SET ${column} = replace(${column}, @userId || '@', @label || '@')
        WHERE workspace_id = @workspaceId AND instr(${column}, @userId || '@') = 1` as const,
      { userId, label },
    );
  yield* db.run(remindersSql, { userId });
  return { label, remains: yield* remainsOf(db, userId) };
}

/** Rows that are over and only explain old buttons. */
const closed = [
  ["approvals", "state NOT IN ('open', 'approved')"],
  ["timed_changes", "state = 'over'"],
] as const;
/** Columns with what an actor typed. */
const typed = [
  ["freezes", "frozen_by", "reason"],
  ["closed_gates", "closed_by", "reason"],
  ["incidents", "started_by", "title"],
] as const;
/** Columns that hold an actor. */
const actors = [
  ["incidents", "started_by"],
  ["incidents", "ended_by"],
  ["plans", "saved_by"],
  ["freezes", "frozen_by"],
  ["closed_gates", "closed_by"],
  ["hooks", "made_by"],
  ["on_call_schedules", "made_by"],
  ["proposals", "dismissed_by"],
] as const;

/** Reminders that the person asked for. */
const remindersSql = `DELETE FROM work_items WHERE workspace_id = @workspaceId AND kind = 'alert_reminder'
  AND instr(item_id, ' ' || @userId) > 0` as const;
const personSql = "SELECT id FROM audit_people WHERE workspace_id = @workspaceId AND user_id = @userId";
/** Entries from before people were sealed, which name them as they are. */
const plainSql = `SELECT count(*) AS count FROM audit_entries WHERE workspace_id = @workspaceId
  AND (${["actor", "details"].map(names).join(" OR ")})` as const;
