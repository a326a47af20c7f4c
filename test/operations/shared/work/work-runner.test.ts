import { beforeEach, expect, it } from "vitest";
import { Problem } from "../../../../src/domain/problem/problem.ts";
import type { WorkQueue } from "../../../../src/domain/ports/work-queue.ts";
import { type Again } from "../../../../src/operations/shared/work/work-runner.ts";
import { endless, everyMs, minute, retryMs, runnerWorld, type RunnerWorld } from "./runner-world.ts";

let at: RunnerWorld;
beforeEach(() => {
  at = runnerWorld();
});

it("does what is due once, at the start and at each tick", async () => {
  await at.schedule("a");
  await at.runner().start();
  await at.timer.pass(0);
  expect(at.started).toEqual(["a"]);
  await at.schedule("b");
  await at.timer.pass(everyMs - 1);
  expect(at.started).toEqual(["a"]);
  await at.timer.pass(1);
  await at.timer.pass(10 * everyMs);
  expect(at.started).toEqual(["a", "b"]);
});

it("does no more at once than it may, and the next as soon as one is done", async () => {
  const { run, end } = endless();
  await at.schedule("a", "b", "c");
  await at.runner(run, { atOnce: 2 }).start();
  await at.timer.pass(0);
  expect(at.started).toEqual(["a", "b"]);
  end("a");
  await at.timer.pass(0);
  expect(at.started).toEqual(["a", "b", "c"]);
});

it("does work again when it is due again, without waiting for a tick", async () => {
  await at.schedule("a");
  await at
    .runner(async () => (at.started.length < 2 ? { dueInMs: 1_000 } : undefined), {
      everyMs: 60 * minute,
    })
    .start();
  await at.timer.pass(999);
  expect(at.started).toEqual(["a"]);
  await at.timer.pass(60 * minute);
  expect(at.started).toEqual(["a", "a"]);
});

it("leaves a wait of hours to its looks, without a timer for each piece of work", async () => {
  await at.schedule("a");
  const waits: number[] = [];
  const after = (ms: number, run: () => void) => {
    waits.push(ms);
    return at.timer.after(ms, run);
  };
  await at.runner(async () => ({ dueInMs: 120 * minute }), { timer: { ...at.timer, after } }).start();
  await at.timer.pass(119 * minute);
  expect([at.started, waits]).toEqual([["a"], []]);
  await at.timer.pass(minute + everyMs);
  expect(at.started).toEqual(["a", "a"]);
});

it("logs work that fails, and tries it again later, which counts as no attempt", async () => {
  const attempts: number[] = [];
  await at.schedule("a");
  await at
    .runner(async ({ claim }) => {
      attempts.push(claim.attempts);
      if (attempts.length < 3) throw new Error("no");
      return attempts.length === 3 ? { dueInMs: retryMs, hasFailed: true } : undefined;
    })
    .start();
  await at.timer.pass(retryMs - 1);
  expect([attempts, at.log]).toEqual([[1], ["not done"]]);
  await at.timer.pass(60 * minute);
  expect([attempts, at.log]).toEqual([
    [1, 1, 1, 2],
    ["not done", "not done"],
  ]);
});

it("finishes later what it could not finish, without doing it again", async () => {
  const queue = at.queueOf("rep_1");
  let isFull = true;
  const finish: WorkQueue["finish"] = async (claim, again) => {
    if (isFull) throw new Problem("not_recorded", "The disk is full.");
    return queue.finish(claim, again);
  };
  await at.schedule("a");
  await at.runner(undefined, { queue: { ...queue, finish } }).start();
  await at.timer.pass(10 * minute);
  isFull = false;
  await at.timer.pass(10 * minute);
  expect(at.started).toEqual(["a"]);
  expect(at.log).toContain("not done");
});

it("claims nothing while it is paused", async () => {
  let isPaused = true;
  await at.schedule("a");
  await at.runner(undefined, { isPaused: () => isPaused }).start();
  await at.timer.pass(everyMs);
  expect(at.started).toEqual([]);
  isPaused = false;
  await at.timer.pass(everyMs);
  expect(at.started).toEqual(["a"]);
});

it("starts nothing more once it is stopped, and leaves to others at once what it did not do", async () => {
  const stopping = new AbortController();
  await at.schedule("a");
  const stopped = at.runner(
    async () =>
      new Promise<Again>((_resolve, reject) => {
        stopping.signal.addEventListener("abort", () => reject(new Error("stopping")));
      }),
  );
  await stopped.start();
  await at.timer.pass(0);
  stopped.stop();
  stopping.abort();
  await at.schedule("b");
  await at.timer.pass(10 * everyMs);
  expect([at.started, at.log]).toEqual([["a"], []]);
  const other = at.runner(undefined, { queue: at.queueOf("rep_2") });
  await other.round();
  expect(at.started).toEqual(["a", "a", "b"]);
});
