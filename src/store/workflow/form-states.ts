import type { FormStates } from "../../domain/ports/form-states.ts";
import { run } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import type { Keeping } from "./notifications.ts";

/** Slack accepts no submission of a form older than this, in milliseconds. */
const keptMs = 24 * 60 * 60 * 1_000;

/**
 * The form states of one workspace, each bound to the person who opened the form. Adding a state removes a few that
 * are older than a day.
 */
export function storedFormStates(
  db: WorkspaceDatabase,
  { now, removable, newId }: Keeping & { newId(prefix: string): string },
): FormStates {
  return {
    async keep(userId, state) {
      const fresh = newId("form");
      return db.write(function* () {
        const at = now().toISOString();
        const before = removable(keptMs);
        if (before) yield* run(forgetSql, { before: before.toISOString() });
        // A form that is redrawn with the same state keeps its row.
        const known = yield* db.row<{ token: string }>(refreshSql, { at, userId, state });
        if (known) return known.token;
        const insert = "INSERT INTO form_states VALUES (@workspaceId, @userId, @fresh, @state, @at)";
        yield* db.run(insert, { userId, fresh, state, at });
        return fresh;
      });
    },
    async find(userId, token) {
      const before = removable(keptMs)?.toISOString() ?? "";
      return (await db.first<{ state: string }>(findSql, { userId, token, before }))?.state;
    },
  };
}

// A few at a time, so that no form waits until a whole day of states is removed.
const forgetSql = `DELETE FROM form_states WHERE (workspace_id, user_id, token) IN (
  SELECT workspace_id, user_id, token FROM form_states WHERE created_at < @before
  ORDER BY created_at LIMIT 20 FOR UPDATE SKIP LOCKED)`;
const refreshSql = `UPDATE form_states SET created_at = @at
  WHERE workspace_id = @workspaceId AND user_id = @userId AND state = @state RETURNING token`;
const findSql = `SELECT state FROM form_states
  WHERE workspace_id = @workspaceId AND user_id = @userId AND token = @token AND created_at >= @before`;
