import { Problem } from "../../domain/problem/problem.ts";
import { revertTerms, type NewRun, type RunState } from "../../domain/runs/run.ts";
import type { Holder, Runs } from "../../domain/runs/runs.ts";
import type { StepResult } from "../../domain/runs/run-step.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import type { Keeping } from "../workflow/notifications.ts";
import { beginRun, findRun } from "./begin-run.ts";
import { runEnds } from "./end-run.ts";
import { withFoundOutcomes } from "./found-outcomes.ts";
import {
  isLive,
  liveRunsSql,
  parseRun,
  parseStatus,
  parseSteps,
  readableRun,
  readableStep,
  runColumns,
  stepColumns,
  stepValues,
  type StepRow,
} from "./run-rows.ts";
import { runTransitions } from "./run-transitions.ts";

/** How long a run that is over is stored after it was shown, in milliseconds. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** The runs of one workspace, with a row for each step. */
export function storedRuns(db: WorkspaceDatabase, sources: StoreDeps & Keeping): Runs {
  const nowText = (): string => sources.now().toISOString();
  function* forget(before: string): Work<void> {
    for (const { id } of yield* db.rows<{ id: string }>(oldSql, { before })) {
      yield* db.run("DELETE FROM run_steps WHERE workspace_id = @workspaceId AND run_id = @id", { id });
      yield* db.run("DELETE FROM runs WHERE workspace_id = @workspaceId AND id = @id", { id });
    }
  }
  /** The result of a change that was being sent while its step was left out. It holds its number again. */
  function* noteLeftOut(
    noted: { readonly id: string; readonly position: number; readonly result: string },
    { outcome }: StepResult,
  ): Work<void> {
    if ((yield* db.run(noteLeftOutSql, noted)) === 0 || outcome === "refused") return;
    const { id, position } = noted;
    const kept = yield* db.row<StepRow>(stepSql, { id, position });
    const step = kept && readableStep(kept.step);
    if (step) yield* db.run(holdSql, { id, position, ...step.key });
  }
  const liveReadable: Runs["liveReadable"] = async () => {
    const found = await db.all<{ id: string }>(liveRunsSql);
    const read = found.map((each) => ({ id: each.id, run: readableRun(each) }));
    return {
      runs: read.flatMap(({ run }) => run ?? []),
      unreadable: read.flatMap(({ id, run }) => (run ? [] : [id])),
    };
  };
  return {
    show: async (run) => {
      await db.write(function* () {
        const before = sources.removable(keptMs);
        if (before) yield* forget(before.toISOString());
        yield* db.run(insertSql, runValues(run, nowText()));
        for (const [position, step] of run.steps.entries())
          yield* db.run(insertStepSql, stepValues(run.id, position, step));
      });
    },
    get: async (id) => {
      const run = await db.read(findRun(db, id));
      const steps = await parseSteps(await db.all<StepRow>(stepsSql, { id }));
      return { ...run, steps: await db.read(withFoundOutcomes(db, steps)) };
    },
    getStep: async (id, position) => {
      const [found, step] = await Promise.all([
        db.first(runSql, { id }),
        db.first<StepRow>(stepSql, { id, position }),
      ]);
      const [parsed] = await parseSteps(step ? [step] : []);
      return found !== undefined && parsed ? { run: parseRun(found), step: parsed } : undefined;
    },
    getState: async (id) => {
      const sql = "SELECT state, status FROM runs WHERE workspace_id = @workspaceId AND id = @id";
      const found = await db.first<{ state: RunState; status: string }>(sql, { id });
      if (!found) throw new Problem("not_found", "There is no such run any more.", { field: "request" });
      return { state: found.state, status: parseStatus(found.status) };
    },
    live: async () => (await liveReadable()).runs,
    liveReadable,
    lastOf: async (plan) => readableRun(await db.first(lastSql, { plan })),
    returnsOf: async (id) => (await db.all(returnsSql, { id })).flatMap((found) => readableRun(found) ?? []),
    overSince: async (since) => {
      const found = await db.all<{ connection_id: string; number_id: string; over_at: string }>(overSql, {
        since: since.toISOString(),
      });
      return found.map((row) => ({
        connectionId: row.connection_id,
        numberId: row.number_id,
        overAt: row.over_at,
      }));
    },
    running: async () => (await db.all<{ id: string }>(runningSql)).map(({ id }) => id),
    holding: async ({ connectionId, numberId }) =>
      (await db.all(holdingSql, { connectionId, numberId })).flatMap((read) => readableRun(read) ?? []),
    holders: async () => {
      const live = new Map((await liveReadable()).runs.map((run) => [run.id, run]));
      const held = await db.all<{ run_id: string; connection_id: string; number_id: string }>(heldSql);
      return held.flatMap(({ run_id: runId, connection_id: connectionId, number_id: numberId }): Holder[] => {
        const run = live.get(runId);
        return run ? [{ ...run, key: { connectionId, numberId } }] : [];
      });
    },
    begin: async (id, by, event, options = {}) => {
      await writeAudited(db, sources, function* () {
        yield* beginRun(db, sources, { id, by, requestId: event.requestId, ...options });
        return { event, earlier: options.withdraws?.event, result: undefined };
      });
    },
    tryAgain: async (id, position, { from, to }) =>
      db.write(function* () {
        const kept = yield* db.row<StepRow>(stepSql, { id, position });
        if (!kept || kept.result !== null) return false;
        const step = readableStep(kept.step);
        if (step?.changeId !== from) return false;
        const next = { ...step, changeId: to, requeued: (step.requeued ?? 0) + 1 };
        return (yield* db.run(updateStepSql, { id, position, step: JSON.stringify(next) })) > 0;
      }),
    noteStep: async (id, position, result) => {
      await db.write(function* () {
        const noted = { id, position, result: JSON.stringify(result) };
        const isNoted = (yield* db.run(noteStepSql, noted)) > 0;
        if (!isNoted) yield* noteLeftOut(noted, result);
        // What was refused stays as it was: another run may change it.
        else if (result.outcome === "refused") yield* db.run(releaseSql, { id, position });
        yield* db.run(progressSql, { id, at: nowText() });
      });
    },
    noteProgress: async (id) => {
      await db.write(() => db.run(progressSql, { id, at: nowText() }));
    },
    isWatched: async (changeIds) =>
      (await db.first(watchedSql, { changeIds: JSON.stringify(changeIds) })) !== undefined,
    ...runTransitions(db, sources),
    ...runEnds(db, sources),
  };
}

function runValues({ id, kind, by, incident, returns, terms = revertTerms }: NewRun, at: string) {
  return {
    id,
    kind,
    incident: incident ?? null,
    plan: terms.plan?.slug ?? null,
    returns: returns ?? null,
    by: JSON.stringify(by),
    at,
    terms: JSON.stringify(terms),
  };
}

const lastSql = `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId AND plan = @plan
  AND started_at IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 1` as const;
const returnsSql = `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId AND returns = @id
  AND started_at IS NOT NULL ORDER BY started_at DESC, id DESC` as const;
const overSql = `SELECT s.connection_id, s.number_id, max(r.progress_at) AS over_at FROM run_steps s
  JOIN runs r ON r.workspace_id = s.workspace_id AND r.id = s.run_id
  WHERE s.workspace_id = @workspaceId AND r.state IN ('stopped', 'done') AND r.kind <> 'revert'
    AND r.progress_at > @since AND s.connection_id IS NOT NULL GROUP BY s.connection_id, s.number_id` as const;
const runningSql =
  "SELECT id FROM runs WHERE workspace_id = @workspaceId AND state = 'running' ORDER BY made_at, id";
const holdingSql = `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId AND ${isLive}
  AND id IN (SELECT run_id FROM run_steps WHERE workspace_id = @workspaceId
    AND connection_id = @connectionId AND number_id = @numberId) ORDER BY made_at, id` as const;
const heldSql = `SELECT s.run_id, s.connection_id, s.number_id FROM run_steps s
  JOIN runs r ON r.workspace_id = s.workspace_id AND r.id = s.run_id
  WHERE s.workspace_id = @workspaceId AND r.${isLive} AND s.connection_id IS NOT NULL` as const;
const oldSql =
  `SELECT id FROM runs WHERE workspace_id = @workspaceId AND made_at < @before AND NOT (${isLive})` as const;
const insertSql = `INSERT INTO runs VALUES (@workspaceId, @id, @kind, 'shown', @incident, @plan, @returns, @by, @at,
  NULL, NULL, NULL, @terms, '{}')`;
const progressSql = "UPDATE runs SET progress_at = @at WHERE workspace_id = @workspaceId AND id = @id";
const watchedSql = `SELECT 1 FROM work_items WHERE workspace_id = @workspaceId AND kind = 'first_call'
  AND item_id IN (SELECT value FROM json_each(@changeIds)) LIMIT 1` as const;
const insertStepSql =
  "INSERT INTO run_steps VALUES (@workspaceId, @id, @position, @connectionId, @numberId, @step, NULL)";
const stepsSql = `SELECT ${stepColumns} FROM run_steps WHERE workspace_id = @workspaceId AND run_id = @id
  ORDER BY position` as const;
const ofStep = "WHERE workspace_id = @workspaceId AND run_id = @id AND position = @position";
const runSql = `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId AND id = @id` as const;
const stepSql = `SELECT ${stepColumns} FROM run_steps ${ofStep}` as const;
const updateStepSql = `UPDATE run_steps SET step = @step ${ofStep}` as const;
// The first result counts: a server that was paused meanwhile does not know what the next one has done.
const noteStepSql = `UPDATE run_steps SET result = @result ${ofStep} AND result IS NULL` as const;
const noteLeftOutSql =
  `UPDATE run_steps SET result = @result ${ofStep} AND instr(result, '"code":"left_out"') > 0` as const;
const holdSql =
  `UPDATE run_steps SET connection_id = @connectionId, number_id = @numberId ${ofStep}` as const;
const released = "connection_id = NULL, number_id = NULL";
const releaseSql = `UPDATE run_steps SET ${released} ${ofStep}` as const;
