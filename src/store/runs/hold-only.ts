import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { pausedReminderMs } from "../../domain/runs/run.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { scheduleWork } from "../due-work/schedule-work.ts";
import { findRun } from "./begin-run.ts";
import { withFoundOutcomes } from "./found-outcomes.ts";
import { readableStep } from "./run-rows.ts";

/**
 * Lets a run hold only these of its numbers, so that other runs may change the others. If its time is over, people are
 * reminded of them: nothing else would do that.
 */
export function* holdOnly(
  db: WorkspaceDatabase,
  id: string,
  left: readonly NumberKey[],
  now: Date,
): Work<void> {
  const keys = left.map(({ connectionId, numberId }) => `${connectionId}/${numberId}`);
  yield* db.run(releaseOthersSql, { id, keys: JSON.stringify(keys) });
  const { state, endsAt } = yield* findRun(db, id);
  if (state !== "held" || endsAt === undefined || new Date(endsAt) > now) return;
  const dueAt = new Date(now.getTime() + pausedReminderMs);
  yield* scheduleWork(db, { kind: "run_reminder", itemId: id, dueAt });
}

/** Releases what the fail-back `id` has put back, or was found to have put back after its steps were read. */
export function* releasePutBack(db: WorkspaceDatabase, id: string, returns: string): Work<void> {
  const found = yield* db.rows<{ step: string; isApplied: number }>(sentSql, { id });
  const steps = found.flatMap(({ step: read, isApplied }) => {
    const step = readableStep(read);
    const outcome = isApplied ? "applied" : "unknown";
    return step ? [{ ...step, result: { outcome } as const }] : [];
  });
  for (const { key, result } of yield* withFoundOutcomes(db, steps))
    if (result?.outcome === "applied") yield* db.run(releaseSql, { id: returns, ...key });
}

const isApplied = `instr(result, '"outcome":"applied"') > 0`;
const sentSql = `SELECT step, CASE WHEN ${isApplied} THEN 1 ELSE 0 END AS "isApplied" FROM run_steps
  WHERE workspace_id = @workspaceId AND run_id = @id
    AND (${isApplied} OR instr(result, '"outcome":"unknown"') > 0)` as const;
const releaseSql = `UPDATE run_steps SET connection_id = NULL, number_id = NULL
  WHERE workspace_id = @workspaceId AND run_id = @id AND connection_id = @connectionId AND number_id = @numberId`;
const releaseOthersSql = `UPDATE run_steps SET connection_id = NULL, number_id = NULL
  WHERE workspace_id = @workspaceId AND run_id = @id AND connection_id IS NOT NULL
    AND connection_id || '/' || number_id NOT IN (SELECT value FROM json_each(@keys))`;
