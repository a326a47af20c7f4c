import type { PauseReason } from "../../domain/runs/pause.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { pausedReminderMs, type RunRequester, type RunState, type RunStatus } from "../../domain/runs/run.ts";
import { stoppableStates, type Runs } from "../../domain/runs/runs.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork, scheduleNow, scheduleWork } from "../due-work/schedule-work.ts";
import { findRun } from "./begin-run.ts";
import type { RunRow } from "./run-rows.ts";

/** The next state of a run, and what else is written with it. */
interface Next {
  readonly state: RunState;
  readonly status: RunStatus;
  readonly also?: Work<void>;
}

/** The changes of a run's state after it has begun, except its end. */
export function runTransitions(
  db: WorkspaceDatabase,
  sources: StoreDeps,
): Pick<
  Runs,
  "prove" | "claimLoudness" | "pauseConnection" | "pause" | "resume" | "stop" | "hold" | "remindAt"
> {
  const nowText = (): string => sources.now().toISOString();
  function* setState(id: string, { state, status }: Next): Work<void> {
    yield* db.run(stateSql, { id, state, status: JSON.stringify(status) });
  }
  function* remindAt(id: string, dueAt: Date): Work<void> {
    yield* scheduleWork(db, { kind: "run_reminder", itemId: id, dueAt });
  }
  function* remindNoMore(id: string): Work<void> {
    yield* cancelWork(db, { kind: "run_reminder", itemId: id });
  }
  function* leaveOut(id: string, connectionIds: readonly string[]): Work<void> {
    const why = "Its connection was left out.";
    const result = JSON.stringify({ outcome: "refused", code: "left_out", why, at: nowText() });
    for (const connectionId of connectionIds) yield* db.run(leaveOutSql, { id, connectionId, result });
  }
  function* goOn(
    id: string,
    {
      by,
      at,
      ends,
      leftOut,
    }: { by: RunRequester; at: string; ends: string | null; leftOut: readonly string[] },
  ): Work<void> {
    yield* leaveOut(id, leftOut);
    yield* db.run(resumedSql, { id, at, ends, by: JSON.stringify(by) });
    yield* remindNoMore(id);
  }
  /** Changes the state with its entry, if it is one of these. The work of the run then reports it. */
  const change = async (
    id: string,
    from: readonly RunState[],
    event: AuditEvent,
    to: (run: RunRow) => Next | undefined,
  ): Promise<boolean> => {
    const position = await db.write(function* () {
      const run = yield* findRun(db, id);
      const next = from.includes(run.state) ? to(run) : undefined;
      if (!next) return undefined;
      yield* setState(id, next);
      if (next.also) yield* next.also;
      // The server that executes it reads its state again, and reports it.
      const isExecuted = run.state === "running";
      yield* (isExecuted ? scheduleNow : scheduleWork)(db, { kind: "run", itemId: id, lane: id });
      return (yield* appendEntry(db, event, sources)).position;
    });
    if (position === undefined) return false;
    sources.appended?.(db.workspaceId, position);
    return true;
  };
  return {
    pauseConnection: async (id, connectionId, because, event) =>
      change(id, ["running"], event, ({ state, status }) => {
        if (Object.hasOwn(status.connections, connectionId)) return undefined;
        const connections = { ...status.connections, [connectionId]: because };
        return { state, status: { ...status, connections } };
      }),
    prove: async (id, provedTier, resumes) => {
      await db.write(function* () {
        const { state, status } = yield* findRun(db, id);
        if (state !== "running" || status.resumes !== resumes) return;
        yield* setState(id, { state, status: { ...status, provedTier } });
      });
    },
    claimLoudness: async (id, changeId) =>
      db.write(function* () {
        const { state, status } = yield* findRun(db, id);
        if (status.loudChange !== undefined) return status.loudChange === changeId;
        yield* setState(id, { state, status: { ...status, loudChange: changeId } });
        return true;
      }),
    pause: async (id, paused, event, resumes) =>
      change(id, ["running"], event, ({ status, endsAt }) => {
        if (resumes !== undefined && status.resumes !== resumes) return undefined;
        const reminder = firstReminder(paused.at, endsAt);
        return { state: "paused", status: { ...status, paused }, also: remindAt(id, reminder) };
      }),
    resume: async (id, { without, by }, event) =>
      change(id, ["paused"], event, (run) => {
        const { paused, connections, resumedAt: _before, passedTier, ...kept } = run.status;
        const resumedAt = nowText();
        // Somebody has looked at that tier.
        const passed = paused !== undefined && tierReasons.has(paused.why) ? paused.tier : passedTier;
        return {
          state: "running",
          status: {
            ...kept,
            connections: {},
            resumedAt,
            resumes: run.status.resumes + 1,
            passedTier: passed,
          },
          also: goOn(id, {
            by,
            at: resumedAt,
            ends: endAfterPause(run, resumedAt),
            leftOut: without ? Object.keys(connections) : [],
          }),
        };
      }),
    stop: async (id, event) =>
      change(id, stoppableStates, event, ({ status }) => ({
        state: "stopped",
        status,
        also: remindNoMore(id),
      })),
    hold: async (id, event) =>
      change(id, ["running"], event, ({ status, endsAt }) => ({
        state: "held",
        status,
        ...(endsAt === undefined ? {} : { also: remindAt(id, new Date(endsAt)) }),
      })),
    remindAt: async (id, at) => {
      await db.write(() => remindAt(id, at));
    },
  };
}

/** Why a run pauses after a tier that is through. */
const tierReasons: ReadonlySet<PauseReason> = new Set([
  "gate",
  "none_changed",
  "call_contradicted",
  "calls_failing",
  "no_call",
]);

/** The first reminder of a paused run: after an hour, or at its end if that comes earlier. */
function firstReminder(pausedAt: string, endsAt: string | undefined): Date {
  const afterAnHour = new Date(Date.parse(pausedAt) + pausedReminderMs);
  const end = new Date(endsAt ?? afterAnHour);
  return end.getTime() > Date.parse(pausedAt) && end < afterAnHour ? end : afterAnHour;
}

/** A run that is continued after its end holds for its whole time, instead of ending at once. */
function endAfterPause({ endsAt, terms: { forMs } }: RunRow, resumedAt: string): string | null {
  if (endsAt === undefined || forMs === undefined || endsAt > resumedAt) return endsAt ?? null;
  return new Date(Date.parse(resumedAt) + forMs).toISOString();
}

const resumedSql =
  "UPDATE runs SET progress_at = @at, ends_at = @ends, by = @by WHERE workspace_id = @workspaceId AND id = @id";
const stateSql =
  "UPDATE runs SET state = @state, status = @status WHERE workspace_id = @workspaceId AND id = @id";
// A change that is on record may be on its way to the vendor: its result is awaited, unless it is known to have failed. So
// may the change of a step that cannot be read.
const leaveOutSql = `UPDATE run_steps SET result = @result, connection_id = NULL, number_id = NULL
  WHERE workspace_id = @workspaceId AND run_id = @id AND result IS NULL AND connection_id = @connectionId
    AND json_valid(step) AND NOT EXISTS (SELECT 1 FROM audit_entries sent WHERE sent.workspace_id = @workspaceId
      AND sent.change_id = CASE WHEN json_valid(run_steps.step) THEN json_extract(run_steps.step, '$.changeId') END AND sent.kind = 'change.requested'
      AND NOT EXISTS (SELECT 1 FROM audit_entries failed WHERE failed.workspace_id = @workspaceId
        AND failed.change_id = sent.change_id AND failed.kind = 'change.outcome' AND failed.outcome = 'refused'))`;
