import type { Run } from "../../domain/runs/run.ts";
import type { Store } from "../../domain/ports/store.ts";
import { leaseMs } from "../../domain/ports/work-queue.ts";
import { runRunner } from "../../operations/runs/run-runner.ts";
import type { Context } from "../../operations/shared/context.ts";
import { runnerTimer } from "../../operations/shared/work/runner-timer.ts";

/** How a process that is alone carries out a run. */
export interface AloneRun {
  /** Called after each step. */
  progressed(run: Run): void;
  /** Aborts when the person wants to leave: the next server goes on then. */
  readonly stopping: AbortSignal;
}

/** How often what could not be recorded is tried again, in milliseconds. */
const everyMs = 5_000;

/** Executes a run in this process until it is done, paused or stopped. People in Slack learn of it from the log. */
export async function carryOutAlone(
  store: Store,
  ctx: Context,
  run: Run,
  { progressed, stopping }: AloneRun,
): Promise<void> {
  const runner = runRunner({
    store,
    log: ctx.log,
    timer: runnerTimer(ctx.monotonicMs),
    everyMs,
    notifier: {
      followRun: () => ({
        progressed,
        halted: async () => undefined,
        finished: async () => undefined,
        notRecorded: async () => undefined,
      }),
    },
    stopping,
    isAlone: true,
    installedContext: async () => undefined,
    track: () => undefined,
  });
  // One that was continued is nobody's yet.
  await store.work.take({ kind: "run", workspaceId: ctx.workspace.id, itemId: run.id }, leaseMs);
  await runner.carryOut(ctx, run);
  runner.stop();
}
