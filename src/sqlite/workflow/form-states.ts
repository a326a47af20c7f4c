import type { FormStates } from "../../domain/form-states.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import type { Keeping } from "./notifications.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** Slack accepts no submission of a form older than this, in milliseconds. */
const keptMs = 24 * 60 * 60 * 1_000;

/**
 * The form states of one workspace, each bound to the person who opened the form. Adding a state removes a few that
 * are older than a day.
 */
export function sqliteFormStates(
  db: SqliteDatabase,
  workspaceId: string,
  { now, removable, newId }: Keeping & { newId(prefix: string): string },
): FormStates {
  return {
    async keep(userId, state) {
      const fresh = newId("form");
      return writeTransaction(db, () => {
        const at = now().toISOString();
        const before = removable(keptMs);
        if (before) prepared(db, forgetSql).run(before.toISOString());
        // A form that is redrawn with the same state keeps its row.
        const known = prepared<{ token: string }>(db, refreshSql).get(at, workspaceId, userId, state);
        if (known) return known.token;
        const insert = "INSERT INTO form_states VALUES (?, ?, ?, ?, ?)";
        prepared(db, insert).run(workspaceId, userId, fresh, state, at);
        return fresh;
      });
    },
    async find(userId, token) {
      const before = removable(keptMs)?.toISOString() ?? "";
      return prepared<{ state: string }>(db, findSql).get(workspaceId, userId, token, before)?.state;
    },
  };
}

// A few at a time, so that no form waits until a whole day of states is removed.
const forgetSql = `DELETE FROM form_states WHERE rowid IN (
  SELECT rowid FROM form_states WHERE created_at < ? ORDER BY created_at LIMIT 20)`;
const refreshSql = `UPDATE form_states SET created_at = ?
  WHERE workspace_id = ? AND user_id = ? AND state = ? RETURNING token`;
const findSql = `SELECT state FROM form_states
  WHERE workspace_id = ? AND user_id = ? AND token = ? AND created_at >= ?`;
