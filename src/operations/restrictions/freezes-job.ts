import type { Log } from "../../domain/ports/log.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import type { Context } from "../shared/context.ts";
import { workRunner, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { endFreezes } from "./freeze.ts";

/** How many workspaces are worked for at once. */
const atOnce = 50;

/** What the job needs. */
export interface FreezesJobOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  /** While the clock is wrong, no freeze expires. */
  isClockSkewed(): boolean;
  contextFor(workspaceId: string): Context;
  /** Keeps the process alive during the work. */
  track(work: Promise<unknown>): void;
}

/** Removes freezes that have expired. */
export function freezesJob({ contextFor, isClockSkewed, ...options }: FreezesJobOptions): WorkRunner {
  return workRunner({
    ...options,
    kind: "freeze_expiry",
    isPaused: isClockSkewed,
    atOnce,
    perLane: 1,
    retryMs: options.everyMs,
    failed: "freezes not processed",
    run: async ({ claim }) => {
      await endFreezes(contextFor(claim.workspaceId));
      // Those that have ended are no longer scheduled.
      return { dueInMs: options.everyMs };
    },
  });
}
