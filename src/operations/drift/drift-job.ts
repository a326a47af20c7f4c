import type { Locks } from "../../domain/ports/locks.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Store } from "../../domain/ports/store.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { ButtonWatcher } from "../notifications/button-watcher.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { intervalJob, type Job } from "../shared/interval-job.ts";
import { lanes } from "../shared/lanes.ts";
import { detectDriftIn } from "./detect-drift.ts";
import { reportDrift } from "./report-drift.ts";

/** How many connections of one vendor are checked concurrently. */
const atOncePerVendor = 20;

/** The dependencies of the drift job. */
export interface DriftJobOptions {
  readonly store: Store;
  readonly log: Log;
  readonly locks: Locks;
  readonly everyMs: number;
  contextFor(workspaceId: string): Context;
  readonly notifier: Notifier;
  readonly buttons: Pick<ButtonWatcher, "check">;
  /** Keeps the process alive during a check. */
  track(work: Promise<unknown>): void;
}

/** A job whose rounds a test can start. */
export interface DriftJob extends Job {
  /** Checks every connection that is not being checked already. Resolves when all are done; never throws. */
  round(): Promise<void>;
}

/**
 * Detects drift in every workspace and reports it. A few connections of each vendor are checked concurrently, so that a
 * slow vendor delays no other. The first connection of every workspace comes before the second one of any.
 */
export function driftJob(options: DriftJobOptions): DriftJob {
  const { store, log, locks, everyMs, contextFor, track } = options;
  const places = lanes(atOncePerVendor);
  const busy = new Set<string>();
  const lookAt = async ({ workspaceId, connectionId, vendor }: CheckedConnection): Promise<void> => {
    const key = `${workspaceId}/${connectionId}`;
    // A check that takes longer than a round is not started again.
    if (busy.has(key)) return;
    busy.add(key);
    try {
      const ctx = contextFor(workspaceId);
      await places.run(vendor, async () => detectDriftIn(ctx, connectionId));
      // Under a lock, so that drift found by two connections at the same time is reported once.
      await locks.withLock(`${workspaceId}/drift`, async () => reportDrift(ctx, options));
    } catch (err) {
      log.error({ workspace: workspaceId, connection: connectionId, err }, "drift detection failed");
    } finally {
      busy.delete(key);
    }
  };
  const round = async (): Promise<void> => {
    try {
      await Promise.all((await connectionsInTurn(store, log)).map(lookAt));
    } catch (err) {
      log.error({ err }, "drift detection failed");
    }
  };
  return { ...intervalJob(everyMs, () => track(round())), round };
}

interface CheckedConnection {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly vendor: string;
  /** The index of the connection within its workspace. */
  readonly index: number;
}

/** All connections: the first of every workspace, then the second of each. */
async function connectionsInTurn(store: Store, log: Log): Promise<readonly CheckedConnection[]> {
  const found: CheckedConnection[] = [];
  for (const workspaceId of await store.workspaceIds()) {
    const { connections: vault, drifts } = store.workspace(workspaceId);
    try {
      await yieldToEventLoop();
      await drifts.forgetDisconnected();
      for (const [index, { id, vendor }] of (await vault.list()).entries())
        found.push({ workspaceId, connectionId: id, vendor, index });
    } catch (err) {
      log.error({ workspace: workspaceId, err }, "drift detection failed");
    }
  }
  return found.toSorted((a, b) => a.index - b.index);
}
