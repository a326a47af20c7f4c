import type { Actor } from "../../domain/shared/actor.ts";
import type { Log } from "../../domain/ports/log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { RevertRequester } from "../../domain/changes/revert.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Notifier, RevertReport } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { untilRecorded } from "../shared/until-recorded.ts";
import { assertHeld, type HeldWork } from "../shared/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work-runner.ts";
import { claimRevert, executeRevert, isLeft } from "./execute-revert.ts";

/** How many reverts are executed at once. */
const atOnce = 50;

/** Executes confirmed reverts to their end, over restarts: also those that an earlier process left. */
export interface RevertRunner extends WorkRunner {
  /**
   * Confirms a revert, executes it and reports the result. Throws what `claimRevert` throws; no number was changed
   * then.
   */
  confirm(ctx: Context, revertId: string, by: RevertRequester): Promise<void>;
}

/** What the runner needs. */
export interface RevertRunnerOptions {
  readonly store: Pick<Store, "work" | "workspace">;
  readonly log: Log;
  readonly timer: RunnerTimer;
  /** The interval of looks for reverts, and of attempts at what could not be recorded, in milliseconds. */
  readonly everyMs: number;
  readonly notifier: Pick<Notifier, "followRevert">;
  /** Aborts when the process is about to end. The next one continues then. */
  readonly stopping: AbortSignal;
  /** A context with the actor's current permissions; undefined if the workspace has no installation. */
  installedContext(workspaceId: string, actor: Actor): Promise<Context | undefined>;
  /** Keeps the process alive during a revert. */
  track(work: Promise<unknown>): void;
}

/** The runner of one process. */
export function revertRunner(options: RevertRunnerOptions): RevertRunner {
  const { store, log, timer, everyMs, notifier, stopping, installedContext, track } = options;

  /** Executes a revert and reports the result; returns false if another process has to go on. */
  const execute = async (ctx: Context, held: HeldWork, report: RevertReport): Promise<boolean> => {
    const running = derivedContext(ctx, { stopping });
    const revert = await executeRevert(running, held.claim.itemId, {
      onStep: (step) => report.progressed(step),
      mayContinue: () => held.leftMs() > 0,
    });
    if (revert.steps.some(isLeft)) return false;
    assertHeld(held);
    await report.finished(revert);
    return true;
  };
  /** Last: a process that stops before it has reported leaves that to the next one. */
  const end = async (ctx: Context, revertId: string): Promise<void> =>
    untilRecorded(async () => ctx.workspace.reverts.end(revertId), {
      timer,
      everyMs,
      stopping,
      onFailed: (err) =>
        log.error({ workspace: ctx.workspace.id, revert: revertId, err }, "revert not continued"),
    });
  const resume = async (held: HeldWork): Promise<Again> => {
    const { workspaceId, itemId } = held.claim;
    const revert = await store.workspace(workspaceId).reverts.get(itemId);
    // In the name of the person who confirmed it, so that lost permissions count.
    const actor: Actor = { kind: "user", userId: revert.by.userId, workspaceId };
    const ctx = await installedContext(workspaceId, actor);
    if (!ctx) return { dueInMs: everyMs };
    if (!(await execute(ctx, held, notifier.followRevert(ctx, revert)))) return { dueInMs: 0 };
    await end(ctx, itemId);
    return undefined;
  };
  const runner = workRunner({
    kind: "revert",
    queue: store.work,
    log,
    timer,
    everyMs,
    atOnce,
    // So that a slow revert delays no other workspace.
    perLane: 1,
    retryMs: everyMs,
    failed: "revert not continued",
    run: resume,
    track,
  });
  return {
    ...runner,
    confirm: async (ctx, revertId, by) => {
      const report = notifier.followRevert(ctx, await claimRevert(ctx, revertId, by));
      const item = { kind: "revert", workspaceId: ctx.workspace.id, itemId: revertId } as const;
      await runner.own(item, async (held) => {
        try {
          if (!(await execute(ctx, held, report))) return { dueInMs: 0 };
        } catch (error) {
          if (!isProblem(error, "not_recorded")) throw error;
          log.error({ requestId: ctx.requestId, err: error }, "revert not recorded");
          await report.notRecorded(error);
          return { dueInMs: everyMs, hasFailed: true };
        }
        await end(ctx, revertId);
        return undefined;
      });
    },
  };
}
