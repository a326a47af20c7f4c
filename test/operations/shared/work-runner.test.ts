import { beforeEach, expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import type { WorkQueue } from "../../../src/domain/ports/work-queue.ts";
import {
  workRunner,
  type Again,
  type WorkRunnerOptions,
} from "../../../src/operations/shared/work-runner.ts";
import type { HeldWork } from "../../../src/operations/shared/work-leases.ts";
import { sqliteQueries } from "../../../src/sqlite/connection/sqlite-queries.ts";
import { storedWorkQueue } from "../../../src/store/due-work/work-queue.ts";
import { testDatabase } from "../../sqlite/support.ts";
import { workAccess, type WorkAccess } from "../../store/due-work/work-access.ts";
import { controlledTimer, type ControlledTimer } from "./controlled-timer.ts";

const minute = 60_000;
const everyMs = 10_000;
const retryMs = 5_000;
const kind = "run";
let timer: ControlledTimer;
let work: WorkAccess;
/** The queue of each server of the database. */
let queueOf: (replicaId: string) => WorkQueue;
let log: string[];
/** The items that were started, in this order. */
let started: string[];
beforeEach(() => {
  timer = controlledTimer();
  const database = { ...sqliteQueries(testDatabase(), timer.now), isShared: true };
  work = workAccess(database, timer.now);
  queueOf = (replicaId) => storedWorkQueue(database, { replicaId });
  log = [];
  started = [];
});

const schedule = async (...itemIds: string[]): Promise<void> => {
  for (const itemId of itemIds) await work.schedule("T1", { kind, itemId });
};

const runner = (
  run: (held: HeldWork) => Promise<Again> = async () => undefined,
  more: Partial<WorkRunnerOptions> = {},
) =>
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
  });

/** Work that ends when it is told to. */
function endless() {
  const ends = new Map<string, () => void>();
  const run = async ({ claim }: HeldWork): Promise<Again> => {
    await new Promise<void>((resolve) => ends.set(claim.itemId, resolve));
    return undefined;
  };
  return { run, end: (itemId: string) => ends.get(itemId)?.() };
}

it("does what is due once, at the start and at each tick", async () => {
  await schedule("a");
  await runner().start();
  await timer.pass(0);
  expect(started).toEqual(["a"]);
  await schedule("b");
  await timer.pass(everyMs - 1);
  expect(started).toEqual(["a"]);
  await timer.pass(1);
  await timer.pass(10 * everyMs);
  expect(started).toEqual(["a", "b"]);
});

it("does no more at once than it may, and the next as soon as one is done", async () => {
  const { run, end } = endless();
  await schedule("a", "b", "c");
  await runner(run, { atOnce: 2 }).start();
  await timer.pass(0);
  expect(started).toEqual(["a", "b"]);
  end("a");
  await timer.pass(0);
  expect(started).toEqual(["a", "b", "c"]);
});

it("does work again when it is due again, without waiting for a tick", async () => {
  await schedule("a");
  await runner(async () => (started.length < 2 ? { dueInMs: 1_000 } : undefined), {
    everyMs: 60 * minute,
  }).start();
  await timer.pass(999);
  expect(started).toEqual(["a"]);
  await timer.pass(60 * minute);
  expect(started).toEqual(["a", "a"]);
});

it("leaves a wait of hours to its looks, without a timer for each piece of work", async () => {
  await schedule("a");
  const waits: number[] = [];
  const after = (ms: number, run: () => void) => {
    waits.push(ms);
    return timer.after(ms, run);
  };
  await runner(async () => ({ dueInMs: 120 * minute }), { timer: { ...timer, after } }).start();
  await timer.pass(119 * minute);
  expect([started, waits]).toEqual([["a"], []]);
  await timer.pass(minute + everyMs);
  expect(started).toEqual(["a", "a"]);
});

it("logs work that fails, and tries it again later", async () => {
  const attempts: number[] = [];
  await schedule("a");
  await runner(async ({ claim }) => {
    attempts.push(claim.attempts);
    if (attempts.length < 3) throw new Error("no");
    return undefined;
  }).start();
  await timer.pass(retryMs - 1);
  expect([attempts, log]).toEqual([[1], ["not done"]]);
  await timer.pass(60 * minute);
  expect([attempts, log]).toEqual([
    [1, 2, 3],
    ["not done", "not done"],
  ]);
});

it("renews its claims while it works, so that no other server takes them", async () => {
  const { run, end } = endless();
  let left = 0;
  await schedule("a");
  await runner(async (held) => {
    await run(held);
    left = held.leftMs();
    return undefined;
  }).start();
  const other = runner();
  await timer.pass(60 * minute);
  await other.round();
  expect(started).toEqual(["a"]);
  end("a");
  await timer.pass(0);
  expect(left).toBeGreaterThan(30_000);
  await timer.pass(60 * minute);
  expect(started).toEqual(["a"]);
});

it("tells work whose claim could not be renewed in time that another server may do it", async () => {
  const { run, end } = endless();
  const queue = queueOf("rep_1");
  const renew = async (): Promise<never> => {
    throw new Problem("not_recorded", "The database is gone.");
  };
  let left: (() => number) | undefined;
  await schedule("a");
  await runner(
    async (held) => {
      left = () => held.leftMs();
      return run(held);
    },
    { queue: { ...queue, renew }, everyMs: 60 * minute },
  ).start();
  await timer.pass(minute - 1);
  expect([left?.(), log]).toEqual([1, ["claims not renewed", "claims not renewed"]]);
  await timer.pass(1);
  expect(left?.()).toBe(0);
  const [taken] = await queueOf("rep_2").claim(kind, { limit: 1, perLane: 1, leaseMs: minute });
  expect(taken?.itemId).toBe("a");
  end("a");
  await timer.pass(0);
  // The first server finishes nothing that the second one does now.
  expect(await queueOf("rep_2").renew(taken ? [taken] : [], minute)).toEqual([taken]);
});

it("never does the same work twice at once, though its claim was over", async () => {
  const { run, end } = endless();
  const renew = async (): Promise<never> => {
    throw new Problem("not_recorded", "The database is gone.");
  };
  await schedule("a");
  await runner(run, { queue: { ...queueOf("rep_1"), renew } }).start();
  await timer.pass(10 * minute);
  expect(started).toEqual(["a"]);
  end("a");
  await timer.pass(10 * minute);
  expect(started).toEqual(["a"]);
});

it("finishes later what it could not finish, without doing it again", async () => {
  const queue = queueOf("rep_1");
  let isFull = true;
  const finish: WorkQueue["finish"] = async (claim, again) => {
    if (isFull) throw new Problem("not_recorded", "The disk is full.");
    return queue.finish(claim, again);
  };
  await schedule("a");
  await runner(undefined, { queue: { ...queue, finish } }).start();
  await timer.pass(10 * minute);
  isFull = false;
  await timer.pass(10 * minute);
  expect(started).toEqual(["a"]);
  expect(log).toContain("not done");
});

it("claims nothing while it is paused", async () => {
  let isPaused = true;
  await schedule("a");
  await runner(undefined, { isPaused: () => isPaused }).start();
  await timer.pass(everyMs);
  expect(started).toEqual([]);
  isPaused = false;
  await timer.pass(everyMs);
  expect(started).toEqual(["a"]);
});

it("starts nothing more once it is stopped, and leaves to others at once what it did not do", async () => {
  const stopping = new AbortController();
  await schedule("a");
  const stopped = runner(
    async () =>
      new Promise<Again>((_resolve, reject) => {
        stopping.signal.addEventListener("abort", () => reject(new Error("stopping")));
      }),
  );
  await stopped.start();
  await timer.pass(0);
  stopped.stop();
  stopping.abort();
  await schedule("b");
  await timer.pass(10 * everyMs);
  expect([started, log]).toEqual([["a"], []]);
  const other = runner(undefined, { queue: queueOf("rep_2") });
  await other.round();
  expect(started).toEqual(["a", "a", "b"]);
});

it("does work that this process scheduled for itself, which no other one takes", async () => {
  const item = { kind, workspaceId: "T1", itemId: "a" } as const;
  await work.schedule("T1", { ...item, claimedBy: "rep_1" });
  const { own, round } = runner();
  const other = runner(undefined, { queue: queueOf("rep_2") });
  const owned = await own(item, async ({ claim, leftMs }) => {
    await other.round();
    await round();
    started.push(`own ${claim.itemId} ${leftMs()}`);
    return undefined;
  });
  await other.round();
  expect([owned, started]).toEqual([true, [`own a ${minute}`]]);
});

it("tries again later what failed when this process did its own work", async () => {
  const item = { kind, workspaceId: "T1", itemId: "a" } as const;
  await work.schedule("T1", { ...item, claimedBy: "rep_1" });
  const { own, round } = runner();
  const failing = own(item, async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await round();
  expect(started).toEqual([]);
  await timer.pass(retryMs);
  expect(started).toEqual(["a"]);
});

it("leaves to the other server what that one has taken meanwhile", async () => {
  const item = { kind, workspaceId: "T1", itemId: "a" } as const;
  await work.schedule("T1", { ...item, claimedBy: "rep_1" });
  await timer.pass(minute);
  await runner(undefined, { queue: queueOf("rep_2") }).round();
  const owned = await runner().own(item, async () => {
    throw new Error("not ours");
  });
  expect([owned, started]).toEqual([false, ["a"]]);
});
