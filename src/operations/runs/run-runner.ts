import type { Actor } from "../../domain/shared/actor.ts";
import type { Log } from "../../domain/ports/log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { awaitedTier } from "../../domain/runs/tier-gates.ts";
import { isLeft } from "../../domain/runs/run-step.ts";
import { requesterActor, type Run } from "../../domain/runs/run.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Notifier, RunReport } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { untilRecorded } from "../shared/until-recorded.ts";
import { assertHeld, type HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { executeRun } from "./execute-run.ts";
import { endIfReturned, markRunDone, holdIfFailover } from "./finish-run.ts";
import { pausedEvent } from "./run-events.ts";

/** How many runs are executed at once. */
const atOnce = 50;
/** After how long without progress a run asks before it continues, in milliseconds. */
const longestGapMs = 15 * 60_000;
/** How often a run that waits for a first call looks whether one is on record, in milliseconds. */
const awaitedEveryMs = 5_000;

/** Executes confirmed runs to their end, over restarts: also those that an earlier process left. */
export interface RunRunner extends WorkRunner {
  /** Executes a run that this process has just confirmed, and reports the result. */
  carryOut(ctx: Context, run: Run): Promise<void>;
}

/** What the runner needs. */
export interface RunRunnerOptions {
  readonly store: Pick<Store, "work" | "workspace">;
  readonly log: Log;
  readonly timer: RunnerTimer;
  /** The interval of looks for runs, and of attempts at what could not be recorded, in milliseconds. */
  readonly everyMs: number;
  readonly notifier: Pick<Notifier, "followRun">;
  /** Aborts when the process is about to end. The next one continues then. */
  readonly stopping: AbortSignal;
  /** Whether it executes only the run that it is given, and leaves all others to the servers. */
  readonly isAlone?: boolean;
  /** A context with the actor's current permissions; undefined if the workspace has no installation. */
  installedContext(workspaceId: string, actor: Actor): Promise<Context | undefined>;
  /** Keeps the process alive during a run. */
  track(work: Promise<unknown>): void;
}

/** The runner of one process. */
export function runRunner(options: RunRunnerOptions): RunRunner {
  const { store, log, timer, everyMs, notifier, stopping, installedContext, track } = options;
  /** The runs whose progress this process could not record. */
  const unrecorded = new Set<string>();
  /** The runs that wait for a first call, as this process has shown. */
  const waiting = new Set<string>();

  /** Executes a run and reports what it came to. */
  const execute = async (ctx: Context, held: HeldWork, report: RunReport): Promise<Again> => {
    const { itemId } = held.claim;
    const running = derivedContext(ctx, { stopping });
    let hasProgressed = false;
    const executed = await executeRun(running, itemId, {
      onStep: (run) => {
        hasProgressed = true;
        report.progressed(run);
      },
      mayContinue: () => held.leftMs() > 0,
    });
    unrecorded.delete(itemId);
    // Whichever server is first looks again whether a first call has come.
    if (awaitedTier(executed)) {
      // Each look would say the same. A process that stopped before may have left that to this one.
      if (hasProgressed || !waiting.has(itemId)) await report.waits?.(executed, { hasProgressed });
      waiting.add(itemId);
      return { dueInMs: awaitedEveryMs };
    }
    waiting.delete(itemId);
    // This process is stopping, or another one has to go on.
    if (executed.state === "running" && executed.steps.some(isLeft)) return { dueInMs: 0 };
    assertHeld(held);
    // Another process has gone on while this one was paused, and reported the end.
    if (executed.state === "done") return undefined;
    const run = executed.state === "running" ? await holdIfFailover(ctx, executed) : executed;
    if (run.state !== "running") {
      // Only now is it known of every step that was under way when somebody stopped it.
      if (run.state === "stopped") await ctx.workspace.runs.releaseReturned(run.id);
      await report.halted(run);
      return undefined;
    }
    await report.finished(run);
    // Last: a process that stops before it has reported leaves that to the next one.
    await end(ctx, run);
    return undefined;
  };
  const end = async (ctx: Context, run: Run): Promise<void> =>
    untilRecorded(async () => markRunDone(ctx, run), {
      timer,
      everyMs,
      stopping,
      onFailed: (err) => log.error({ workspace: ctx.workspace.id, run: run.id, err }, "run not continued"),
    });
  const resume = async (held: HeldWork): Promise<Again> => {
    const { workspaceId, itemId } = held.claim;
    const run = await store.workspace(workspaceId).runs.get(itemId);
    // In the name of the person who confirmed it, so that lost permissions count.
    const actor = requesterActor(run.by, workspaceId);
    const ctx = await installedContext(workspaceId, actor);
    if (!ctx) return { dueInMs: everyMs };
    const ended = await endIfReturned(ctx, run);
    if (ended) {
      await notifier.followRun(ctx, ended).halted(ended);
      return undefined;
    }
    await askAfterGap(ctx, run, unrecorded.has(itemId));
    const begun = performance.now();
    let again: Again | undefined;
    try {
      again = await execute(ctx, held, notifier.followRun(ctx, run));
      return again;
    } catch (error) {
      if (isProblem(error, "not_recorded")) unrecorded.add(itemId);
      throw error;
    } finally {
      // The request that confirmed it is over, so its steps refer to this trace. A look for a first call has none.
      const isLook = awaitedTier(run) !== undefined && again?.dueInMs === awaitedEveryMs;
      const { requestId } = run.status;
      if (!isLook)
        ctx.tracer.ended(ctx.requestId, {
          name: "run",
          isRoot: true,
          ms: performance.now() - begun,
          follows: requestId === undefined ? undefined : { requestId },
        });
    }
  };
  const runner = workRunner({
    kind: "run",
    queue: store.work,
    log,
    timer,
    everyMs,
    atOnce,
    // Each run has its own lane.
    perLane: 1,
    retryMs: everyMs,
    failed: "run not continued",
    run: resume,
    track,
  });
  return {
    ...runner,
    carryOut: async (ctx, run) => {
      const report = notifier.followRun(ctx, run);
      report.begun?.(run);
      const item = { kind: "run", workspaceId: ctx.workspace.id, itemId: run.id } as const;
      await runner.own(item, async (held) => {
        try {
          return await execute(ctx, held, report);
        } catch (error) {
          if (!isProblem(error, "not_recorded")) throw error;
          unrecorded.add(run.id);
          log.error({ requestId: ctx.requestId, err: error }, "run not recorded");
          await report.notRecorded(error);
          return { dueInMs: everyMs, hasFailed: true };
        }
      });
      // Somebody may have continued it meanwhile.
      if (!stopping.aborted && !options.isAlone) runner.check();
    },
  };
}

/** Pauses a run that made no progress for long, or could not be recorded: things may have changed, so people decide. */
async function askAfterGap(ctx: Context, run: Run, wasUnrecorded: boolean): Promise<void> {
  const { state, progressAt = run.madeAt, steps, kind } = run;
  if (state !== "running" || !steps.some(isLeft)) return;
  const isOld = ctx.now().getTime() - Date.parse(progressAt) > longestGapMs;
  if (!isOld && !(wasUnrecorded && kind !== "revert")) return;
  const why = isOld ? "interrupted" : "not_recorded";
  const paused = { why, at: ctx.now().toISOString(), since: progressAt } as const;
  await ctx.workspace.runs.pause(run.id, paused, pausedEvent(ctx, run, why));
}
