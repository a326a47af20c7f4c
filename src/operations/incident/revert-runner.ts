import type { Actor } from "../../domain/shared/actor.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { Log } from "../../domain/ports/log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Revert, RevertRequester } from "../../domain/changes/revert.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Notifier, RevertReport } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";
import { claimRevert, executeRevert, isLeft } from "./execute-revert.ts";

/** Executes confirmed reverts to their end, over restarts. */
export interface RevertRunner {
  /**
   * Confirms a revert, executes it and reports the result. Throws what `claimRevert` throws; no number was changed
   * then.
   */
  confirm(ctx: Context, revertId: string, by: RevertRequester): Promise<void>;
  /** Continues every revert that an earlier process left, or that could not be recorded. Never throws. */
  resumeAll(): Promise<void>;
}

/** What the runner needs. */
export interface RevertRunnerOptions {
  readonly store: Store;
  readonly log: Log;
  readonly notifier: Pick<Notifier, "followRevert">;
  /** Aborts when the process is about to end. The next one continues then. */
  readonly stopping: AbortSignal;
  /** A context with the actor's current permissions; undefined if the workspace has no installation. */
  installedContext(workspaceId: string, actor: Actor): Promise<Context | undefined>;
}

/** A running revert, by workspace and id. */
interface Running {
  readonly workspaceId: string;
  readonly id: string;
}

const keyOf = ({ workspaceId, id }: Running): string => `${workspaceId}/${id}`;

/** The runner of one process. */
export function revertRunner(options: RevertRunnerOptions): RevertRunner {
  const { store, log, notifier, stopping, installedContext } = options;
  /** Those that this process is executing: a second round would race the first. */
  const active = new Set<string>();
  /** Those that it has reported, and could not record as done. */
  const reported = new Set<string>();

  /** Executes and reports a revert; the next process does the rest if this one is stopping. */
  const run = async (ctx: Context, { id, key, report }: Run): Promise<void> => {
    if (!reported.has(key)) {
      const running = derivedContext(ctx, { stopping });
      const revert = await executeRevert(running, id, (step) => report.progressed(step));
      if (revert.steps.some(isLeft)) return;
      await report.finished(revert);
      reported.add(key);
    }
    // Last: a process that stops before it has reported leaves that to the next one.
    await ctx.workspace.reverts.end(id);
    reported.delete(key);
  };

  const resume = async (running: Running): Promise<void> => {
    const { workspaceId, id } = running;
    const revert = await store.workspace(workspaceId).reverts.get(id);
    // In the name of the person who confirmed it, so that lost permissions count.
    const actor: Actor = { kind: "user", userId: revert.by.userId, workspaceId };
    const ctx = await installedContext(workspaceId, actor);
    if (ctx) await run(ctx, runOf(ctx, revert, notifier));
  };

  return {
    confirm: async (ctx, revertId, by) => {
      const key = keyOf({ workspaceId: ctx.workspace.id, id: revertId });
      await exclusively(active, key, async () => {
        const confirmed = runOf(ctx, await claimRevert(ctx, revertId, by), notifier);
        try {
          await run(ctx, confirmed);
        } catch (error) {
          if (!isProblem(error, "not_recorded")) throw error;
          log.error({ requestId: ctx.requestId, err: error }, "revert not recorded");
          if (!reported.has(key)) await confirmed.report.notRecorded(error);
        }
      });
    },
    resumeAll: async () => {
      try {
        const due = (await runningReverts(store)).filter((running) => !active.has(keyOf(running)));
        // One revert of each workspace at a time, so that a slow one delays no other workspace.
        const workspaceOf = ({ workspaceId }: Running): string => workspaceId;
        await forEachConcurrent(due, { keyOf: workspaceOf, atOnce: 1 }, async (running) => {
          if (active.has(keyOf(running))) return;
          try {
            await exclusively(active, keyOf(running), async () => resume(running));
          } catch (error) {
            const { workspaceId: workspace, id: revert } = running;
            log.error({ workspace, revert, err: error }, "revert not continued");
          }
        });
      } catch (error) {
        log.error({ err: error }, "reverts not resumed");
      }
    },
  };
}

/** One execution of a revert, with its report. */
interface Run {
  readonly id: string;
  readonly key: string;
  readonly report: RevertReport;
}

function runOf(ctx: Context, revert: Revert, notifier: Pick<Notifier, "followRevert">): Run {
  const { id } = revert;
  return {
    id,
    key: keyOf({ workspaceId: ctx.workspace.id, id }),
    report: notifier.followRevert(ctx, revert),
  };
}

async function runningReverts(store: Store): Promise<readonly Running[]> {
  const found: Running[] = [];
  for (const workspaceId of await store.workspaceIds()) {
    await yieldToEventLoop();
    for (const id of await store.workspace(workspaceId).reverts.running()) found.push({ workspaceId, id });
  }
  return found;
}

/** Marks a revert as active meanwhile. A second confirmation, which is refused, must not unmark the first. */
async function exclusively(active: Set<string>, key: string, act: () => Promise<void>): Promise<void> {
  const isFirst = !active.has(key);
  active.add(key);
  try {
    await act();
  } finally {
    if (isFirst) active.delete(key);
  }
}
