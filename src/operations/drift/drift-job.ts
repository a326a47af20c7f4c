import type { Log } from "../../domain/log.ts";
import type { Store } from "../../domain/store.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import type { Context } from "../shared/context.ts";
import type { WithLock } from "../shared/locks.ts";
import { intervalJob, type Job } from "../shared/interval-job.ts";
import { lanes } from "../shared/lanes.ts";
import { detectDriftIn } from "./detect-drift.ts";

/** So many connections at one vendor are looked at at the same time. */
const atOncePerVendor = 20;

/** What the job that looks for drift stands on. */
export interface DriftJobOptions {
  readonly store: Store;
  readonly log: Log;
  readonly withLock: WithLock;
  readonly everyMs: number;
  contextFor(workspaceId: string): Context;
  /** Says in a workspace what nobody there was notified of yet. */
  tell(ctx: Context): Promise<void>;
  /** Keeps the process from ending in the middle of a look. */
  track(work: Promise<unknown>): void;
}

/** A job whose rounds a test can begin. */
export interface DriftJob extends Job {
  /** Looks at every connection that is not being looked at. Resolves when all of them were; never throws. */
  round(): Promise<void>;
}

/**
 * Looks for drift in every workspace and has it told. Connections are looked at side by side: some at a time at each vendor, so
 * that one that hangs holds up no other, and the first one of every workspace before the second one of any.
 */
export function driftJob(options: DriftJobOptions): DriftJob {
  const { store, log, withLock, everyMs, contextFor, tell, track } = options;
  const places = lanes(atOncePerVendor);
  const busy = new Set<string>();
  const lookAt = async ({ workspaceId, connectionId, vendor }: Looked): Promise<void> => {
    const key = `${workspaceId}/${connectionId}`;
    // A look that outlasts a round is not begun a second time.
    if (busy.has(key)) return;
    busy.add(key);
    try {
      const ctx = contextFor(workspaceId);
      await places.run(vendor, async () => detectDriftIn(ctx, connectionId));
      // What two connections have found at the same time is told once.
      await withLock(`${workspaceId}/drift`, async () => tell(ctx));
    } catch (err) {
      log.error({ workspace: workspaceId, connection: connectionId, err }, "not looked for drift");
    } finally {
      busy.delete(key);
    }
  };
  const round = async (): Promise<void> => {
    try {
      await Promise.all((await connectionsInTurn(store, log)).map(lookAt));
    } catch (err) {
      log.error({ err }, "not looked for drift");
    }
  };
  return { ...intervalJob(everyMs, () => track(round())), round };
}

interface Looked {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly vendor: string;
  /** Which of its workspace's connections it is. */
  readonly index: number;
}

/** All connections: the first of every workspace, then the second of each. */
async function connectionsInTurn(store: Store, log: Log): Promise<readonly Looked[]> {
  const found: Looked[] = [];
  for (const workspaceId of await store.workspaceIds()) {
    const { connections: vault, drifts } = store.workspace(workspaceId);
    try {
      await yieldToEventLoop();
      await drifts.forgetDisconnected();
      for (const [index, { id, vendor }] of (await vault.list()).entries())
        found.push({ workspaceId, connectionId: id, vendor, index });
    } catch (err) {
      log.error({ workspace: workspaceId, err }, "not looked for drift");
    }
  }
  return found.toSorted((a, b) => a.index - b.index);
}
