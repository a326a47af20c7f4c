import type { WorkQueue } from "../../../../src/domain/ports/work-queue.ts";
import {
  workRunner,
  type Again,
  type WorkRunnerOptions,
} from "../../../../src/operations/shared/work/work-runner.ts";
import type { HeldWork } from "../../../../src/operations/shared/work/work-leases.ts";
import { sqliteQueries } from "../../../../src/sqlite/connection/sqlite-queries.ts";
import { storedWorkQueue } from "../../../../src/store/due-work/work-queue.ts";
import { testDatabase } from "../../../sqlite/support.ts";
import { workAccess, type WorkAccess } from "../../../store/due-work/work-access.ts";
import { controlledTimer, type ControlledTimer } from "../controlled-timer.ts";

/** Work of one kind in a database that servers share, with a clock that is moved by hand. */
export interface RunnerWorld {
  readonly timer: ControlledTimer;
  readonly work: WorkAccess;
  readonly log: readonly string[];
  /** The items that were started, in this order. */
  readonly started: string[];
  /** The queue of each server of the database. */
  queueOf(replicaId: string): WorkQueue;
  schedule(...itemIds: string[]): Promise<void>;
  runner(
    run?: (held: HeldWork) => Promise<Again>,
    more?: Partial<WorkRunnerOptions>,
  ): ReturnType<typeof workRunner>;
}

export const minute = 60_000;
export const everyMs = 10_000;
export const retryMs = 5_000;
export const kind = "run";

export function runnerWorld(): RunnerWorld {
  const timer = controlledTimer();
  const database = { ...sqliteQueries(testDatabase(), timer.now), isShared: true };
  const work = workAccess(database, timer.now);
  const log: string[] = [];
  const started: string[] = [];
  const queueOf = (replicaId: string): WorkQueue => storedWorkQueue(database, { replicaId });
  return {
    timer,
    work,
    log,
    started,
    queueOf,
    schedule: async (...itemIds) => {
      for (const itemId of itemIds) await work.schedule("T1", { kind, itemId });
    },
    runner: (run = async () => undefined, more = {}) =>
      workRunner({
        kind,
        queue: queueOf("rep_1"),
        log: {
          info: () => undefined,
          warn: (_fields, message) => void log.push(message),
          error: (_fields, message) => void log.push(message),
        },
        timer,
        everyMs,
        atOnce: 10,
        perLane: 10,
        retryMs,
        failed: "not done",
        run: async (held) => {
          started.push(held.claim.itemId);
          return run(held);
        },
        track: () => undefined,
        ...more,
      }),
  };
}

/** Work that ends when it is told to. */
export function endless() {
  const ends = new Map<string, () => void>();
  const run = async ({ claim }: HeldWork): Promise<Again> => {
    await new Promise<void>((resolve) => ends.set(claim.itemId, resolve));
    return undefined;
  };
  return { run, end: (itemId: string) => ends.get(itemId)?.() };
}
