import type { Log } from "../../domain/ports/log.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import type { HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { checkReadiness, unreadableReadiness } from "./check-readiness.ts";

/** How many plans are checked at once. */
const atOnce = 10;
/** The longest interval of looks for plans whose check is due, in milliseconds. */
const longestLookMs = 60_000;

/** The dependencies of the readiness job. */
export interface ReadinessJobOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  /** The interval of checks of one plan, in milliseconds. */
  readonly everyMs: number;
  contextFor(workspaceId: string): Context;
  readonly notifier: Pick<Notifier, "planNotReady" | "planApprovalEnds">;
  /** Keeps the process alive during a check. */
  track(work: Promise<unknown>): void;
}

/** Checks each failover plan when it is saved and from then on regularly, and tells its owner once that it is not ready, or soon will not be. */
export function readinessJob(options: ReadinessJobOptions): WorkRunner {
  const { queue, log, timer, everyMs, contextFor, notifier, track } = options;
  const run = async ({ claim }: HeldWork): Promise<Again> => {
    const ctx = contextFor(claim.workspaceId);
    const { plans, planStates } = ctx.workspace;
    try {
      const saved = await plans.get(claim.itemId);
      const found = await checkReadiness(ctx, saved);
      const before = (await planStates.list()).find(({ slug }) => slug === claim.itemId);
      const isNews = found.count > 0 && before?.isTold !== true;
      // First, so that a process that stops in between tells the owner a second time rather than never.
      const isTold = isNews ? await notifier.planNotReady(ctx, saved, found) : found.count > 0;
      const { soon } = found;
      const wasSoon = before?.readiness?.soon !== undefined;
      const isSoonTold =
        soon !== undefined && (wasSoon || (await notifier.planApprovalEnds(ctx, saved, soon)));
      await planStates.noteReadiness(claim.itemId, { ...found, soon: isSoonTold ? soon : undefined }, isTold);
      return { dueInMs: everyMs };
    } catch (error) {
      if (!isProblem(error, "not_found")) throw error;
      const broken = (await plans.listReadable()).unreadable.find(({ slug }) => slug === claim.itemId);
      // It was removed.
      if (!broken) return undefined;
      // Its owner is not known: the list of plans and the App Home show it.
      await planStates.noteReadiness(claim.itemId, unreadableReadiness(ctx, broken), false);
      return { dueInMs: everyMs };
    }
  };
  return workRunner({
    kind: "plan_readiness",
    queue,
    log,
    timer,
    everyMs: Math.min(everyMs, longestLookMs),
    atOnce,
    perLane: atOnce,
    retryMs: everyMs,
    failed: "readiness of a plan not checked",
    run,
    track,
  });
}
