import type { Locks } from "../../domain/ports/locks.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { VendorId } from "../../domain/vendor/vendor.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import type { ButtonWatcher } from "../notifications/button-watcher.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import type { Job } from "../shared/work/interval-job.ts";
import type { HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer } from "../shared/work/work-runner.ts";
import { detectDriftIn } from "./detect-drift.ts";
import { reportDrift } from "./report-drift.ts";

/** How many connections of one vendor are checked concurrently. */
const atOncePerVendor = 20;
/** The longest interval of looks for connections whose check is due, in milliseconds. */
const longestLookMs = 60_000;

/** The dependencies of the drift job. */
export interface DriftJobOptions {
  readonly queue: WorkQueue;
  readonly vendors: readonly VendorId[];
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly locks: Locks;
  /** The interval of checks of one connection, in milliseconds. */
  readonly everyMs: number;
  contextFor(workspaceId: string): Context;
  readonly notifier: Notifier;
  readonly buttons: Pick<ButtonWatcher, "check">;
  /** Keeps the process alive during a check. */
  track(work: Promise<unknown>): void;
}

/** A job whose rounds a test can start. */
export interface DriftJob extends Job {
  /** Checks every connection whose check is due. Resolves when all are done; never throws. */
  round(): Promise<void>;
}

/**
 * Detects drift at every connection and reports it. A few connections of each vendor are checked concurrently, so that a
 * slow vendor delays no other. The first connection of every workspace comes before the second one of any.
 */
export function driftJob(options: DriftJobOptions): DriftJob {
  const { queue, vendors, log, timer, locks, everyMs, contextFor, track } = options;
  const run = async ({ claim }: HeldWork): Promise<Again> => {
    const { workspaceId, itemId: connectionId } = claim;
    const ctx = contextFor(workspaceId);
    await ctx.workspace.drifts.forgetDisconnected();
    const isConnected = (await ctx.workspace.connections.list()).some(({ id }) => id === connectionId);
    if (isConnected) await detectDriftIn(ctx, connectionId);
    // Under a lock, so that drift found by two connections at the same time is reported once.
    await locks.withLock(`${workspaceId}/drift`, async () => reportDrift(ctx, options));
    return isConnected ? { dueInMs: everyMs } : undefined;
  };
  const runners = vendors.map((vendor) =>
    workRunner({
      kind: `drift_${vendor}`,
      queue,
      log,
      timer,
      everyMs: Math.min(everyMs, longestLookMs),
      atOnce: atOncePerVendor,
      perLane: atOncePerVendor,
      retryMs: everyMs,
      failed: "drift detection failed",
      run,
      track,
    }),
  );
  return {
    start: async () => {
      for (const runner of runners) await runner.start();
    },
    stop: () => {
      for (const runner of runners) runner.stop();
    },
    round: async () => {
      await Promise.all(runners.map(async (runner) => runner.round()));
    },
  };
}
