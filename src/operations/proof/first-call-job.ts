import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { firstCallLanes } from "../../domain/changes/first-call-lane.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { agesOf } from "../../domain/shared/age.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { assertHeld, type HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { lookForFirstCall, numbersAtOnce } from "./look-for-first-call.ts";

/** How many changes are looked at concurrently, of all connections. */
const atOnce = 50;
const retryMs = 60_000;

/** What the job needs. */
export interface FirstCallJobOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  now(): Date;
  /** While the clock is wrong, the time of a look is what this process has seen pass. */
  isClockSkewed(): boolean;
  readonly notifier: Pick<Notifier, "firstCall">;
  contextFor(workspaceId: string): Context;
  /** Keeps the process alive during a look. */
  track(work: Promise<unknown>): void;
}

/** Finds out who answered the first calls after each change of an agent, for 15 minutes. It never changes anything. */
export function firstCallJob(asked: FirstCallJobOptions): WorkRunner {
  const { queue, notifier, contextFor, now, isClockSkewed, ...options } = asked;
  const clock = { isSkewed: isClockSkewed };
  const ages = agesOf({ now, monotonicMs: () => options.timer.monotonicMs(), clock });
  const run = async (held: HeldWork): Promise<Again> => {
    const { workspaceId, itemId: changeId } = held.claim;
    const ctx = contextFor(workspaceId);
    if (ctx.stopping?.aborted) return { dueInMs: 0 };
    const guarded: Pick<Notifier, "firstCall"> = {
      firstCall: async (...notice) => {
        assertHeld(held);
        await notifier.firstCall(...notice);
      },
    };
    const ahead = async ({ requested }: ChangeRecord): Promise<number> =>
      queue.ahead({ kind: "first_call", workspaceId, itemId: changeId }, firstCallLanes(requested));
    try {
      const dueInMs = await lookForFirstCall(ctx, changeId, { notifier: guarded, ages, ahead });
      if (dueInMs !== undefined) return { dueInMs };
      ages.forget(changeId);
      return undefined;
    } catch (error) {
      // Its connection and entries were removed with the workspace.
      if (isProblem(error, "not_found")) return undefined;
      throw error;
    }
  };
  return workRunner({
    ...options,
    kind: "first_call",
    queue,
    atOnce,
    perLane: numbersAtOnce,
    retryMs,
    failed: "first calls after a change not looked for",
    run,
  });
}
