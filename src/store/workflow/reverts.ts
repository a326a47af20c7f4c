import { Problem } from "../../domain/problem/problem.ts";
import { requester } from "../../domain/notifications/reply-target.ts";
import { revertStep, stepResult, type Revert, type Reverts } from "../../domain/changes/revert.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork, claimantOf, scheduleWork } from "../due-work/schedule-work.ts";
import type { Keeping } from "./notifications.ts";

/** How long a revert is stored after it was shown, in milliseconds. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

interface Row {
  readonly id: string;
  readonly incident: string;
  readonly by: string;
  readonly state: Revert["state"];
}

/** The reverts of one workspace, with a row for each step. */
export function storedReverts(db: WorkspaceDatabase, sources: StoreDeps & Keeping): Reverts {
  function* find(id: string): Work<Row> {
    const sql = "SELECT id, incident, by, state FROM reverts WHERE workspace_id = @workspaceId AND id = @id";
    const row = yield* db.row<Row>(sql, { id });
    if (!row)
      throw new Problem("not_found", "There is no such revert any more. Ask for it again.", {
        field: "request",
      });
    return row;
  }
  function* forget(before: string): Work<void> {
    for (const { id } of yield* db.rows<{ id: string }>(oldSql, { before })) {
      yield* db.run("DELETE FROM revert_steps WHERE workspace_id = @workspaceId AND revert_id = @id", { id });
      yield* db.run("DELETE FROM reverts WHERE workspace_id = @workspaceId AND id = @id", { id });
    }
  }
  return {
    show: async ({ id, incident, by, steps }) => {
      const at = sources.now();
      await db.write(function* () {
        const before = sources.removable(keptMs);
        if (before) yield* forget(before.toISOString());
        const revert = { id, incident, by: JSON.stringify(by), at: at.toISOString() };
        yield* db.run("INSERT INTO reverts VALUES (@workspaceId, @id, @incident, @by, @at, 'shown')", revert);
        for (const [position, step] of steps.entries())
          yield* db.run(insertStepSql, { id, position, step: JSON.stringify(step) });
      });
    },
    get: async (id) => {
      const { incident, by, state } = await db.read(find(id));
      const rows = await db.all<{ step: string; result: string | null }>(stepsSql, { id });
      const steps: Revert["steps"][number][] = [];
      await forEachInBatches(
        rows,
        ({ step, result }) =>
          steps.push({
            ...revertStep.parse(JSON.parse(step)),
            ...(result === null ? {} : { result: stepResult.parse(JSON.parse(result)) }),
          }),
        smallBatchSize,
      );
      return { id, incident, by: requester.parse(JSON.parse(by)), state, steps };
    },
    begin: async (id, by, event) => {
      await writeAudited(db, sources, function* () {
        const { incident, state } = yield* find(id);
        const sql =
          "SELECT 1 FROM reverts WHERE workspace_id = @workspaceId AND incident = @incident AND state = 'running'";
        if (state !== "shown" || (yield* db.row(sql, { incident })))
          throw new Problem(
            "already_requested",
            `The revert of ${incident} is being carried out, or has been.`,
          );
        const start =
          "UPDATE reverts SET state = 'running', by = @by WHERE workspace_id = @workspaceId AND id = @id";
        yield* db.run(start, { by: JSON.stringify(by), id });
        yield* scheduleWork(db, { kind: "revert", itemId: id, claimedBy: claimantOf(sources) });
        return { event, result: undefined };
      });
    },
    tryAgain: async (id, position, changeId) => {
      await db.write(function* () {
        const kept = yield* db.row<{ step: string }>(stepSql, { id, position });
        if (!kept) return;
        const step = { ...revertStep.parse(JSON.parse(kept.step)), changeId };
        yield* db.run(updateStepSql, { id, position, step: JSON.stringify(step) });
      });
    },
    noteStep: async (id, position, result) => {
      await db.write(() => db.run(noteStepSql, { id, position, result: JSON.stringify(result) }));
    },
    end: async (id) => {
      const sql = "UPDATE reverts SET state = 'done' WHERE workspace_id = @workspaceId AND id = @id";
      await db.write(function* () {
        yield* db.run(sql, { id });
        yield* cancelWork(db, { kind: "revert", itemId: id });
      });
    },
    running: async () => {
      const sql =
        "SELECT id FROM reverts WHERE workspace_id = @workspaceId AND state = 'running' ORDER BY made_at, id";
      return (await db.all<{ id: string }>(sql)).map(({ id }) => id);
    },
  };
}

const oldSql =
  "SELECT id FROM reverts WHERE workspace_id = @workspaceId AND made_at < @before AND state <> 'running'";
const insertStepSql = "INSERT INTO revert_steps VALUES (@workspaceId, @id, @position, @step, NULL)";
const stepsSql =
  "SELECT step, result FROM revert_steps WHERE workspace_id = @workspaceId AND revert_id = @id ORDER BY position";
const ofStep = "WHERE workspace_id = @workspaceId AND revert_id = @id AND position = @position";
const stepSql = `SELECT step FROM revert_steps ${ofStep}` as const;
const updateStepSql = `UPDATE revert_steps SET step = @step ${ofStep}` as const;
// The first result counts: a server that was paused meanwhile does not know what the next one has done.
const noteStepSql = `UPDATE revert_steps SET result = @result ${ofStep} AND result IS NULL` as const;
