import { beforeEach, expect, it } from "vitest";
import { Problem } from "../../../../src/domain/problem/problem.ts";
import { endless, kind, minute, retryMs, runnerWorld, type RunnerWorld } from "./runner-world.ts";

let at: RunnerWorld;
beforeEach(() => {
  at = runnerWorld();
});

it("renews its claims while it works, so that no other server takes them", async () => {
  const { run, end } = endless();
  let left = 0;
  await at.schedule("a");
  await at
    .runner(async (held) => {
      await run(held);
      left = held.leftMs();
      return undefined;
    })
    .start();
  const other = at.runner();
  await at.timer.pass(60 * minute);
  await other.round();
  expect(at.started).toEqual(["a"]);
  end("a");
  await at.timer.pass(0);
  expect(left).toBeGreaterThan(30_000);
  await at.timer.pass(60 * minute);
  expect(at.started).toEqual(["a"]);
});

it("tells work whose claim could not be renewed in time that another server may do it", async () => {
  const { run, end } = endless();
  const queue = at.queueOf("rep_1");
  const renew = async (): Promise<never> => {
    throw new Problem("not_recorded", "The database is gone.");
  };
  let left: (() => number) | undefined;
  await at.schedule("a");
  await at
    .runner(
      async (held) => {
        left = () => held.leftMs();
        return run(held);
      },
      { queue: { ...queue, renew }, everyMs: 60 * minute },
    )
    .start();
  await at.timer.pass(minute - 1);
  expect([left?.(), at.log]).toEqual([1, ["claims not renewed", "claims not renewed"]]);
  await at.timer.pass(1);
  expect(left?.()).toBe(0);
  const [taken] = await at.queueOf("rep_2").claim(kind, { limit: 1, perLane: 1, leaseMs: minute });
  expect(taken?.itemId).toBe("a");
  end("a");
  await at.timer.pass(0);
  // The first server finishes nothing that the second one does now.
  expect(await at.queueOf("rep_2").renew(taken ? [taken] : [], minute)).toEqual([taken]);
});

it("never does the same work twice at once, though its claim was over", async () => {
  const { run, end } = endless();
  const renew = async (): Promise<never> => {
    throw new Problem("not_recorded", "The database is gone.");
  };
  await at.schedule("a");
  await at.runner(run, { queue: { ...at.queueOf("rep_1"), renew } }).start();
  await at.timer.pass(10 * minute);
  expect(at.started).toEqual(["a"]);
  end("a");
  await at.timer.pass(10 * minute);
  expect(at.started).toEqual(["a"]);
});

it("does work that this process scheduled for itself, which no other one takes", async () => {
  const item = { kind, workspaceId: "T1", itemId: "a" } as const;
  await at.work.schedule("T1", { ...item, claimedBy: "rep_1" });
  const { own, round } = at.runner();
  const other = at.runner(undefined, { queue: at.queueOf("rep_2") });
  const owned = await own(item, async ({ claim, leftMs }) => {
    await other.round();
    await round();
    at.started.push(`own ${claim.itemId} ${leftMs()}`);
    return undefined;
  });
  await other.round();
  expect([owned, at.started]).toEqual([true, [`own a ${minute}`]]);
});

it("tries again later what failed when this process did its own work", async () => {
  const item = { kind, workspaceId: "T1", itemId: "a" } as const;
  await at.work.schedule("T1", { ...item, claimedBy: "rep_1" });
  const { own, round } = at.runner();
  const failing = own(item, async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await round();
  expect(at.started).toEqual([]);
  await at.timer.pass(retryMs);
  expect(at.started).toEqual(["a"]);
});

it("leaves to the other server what that one has taken meanwhile", async () => {
  const item = { kind, workspaceId: "T1", itemId: "a" } as const;
  await at.work.schedule("T1", { ...item, claimedBy: "rep_1" });
  await at.timer.pass(minute);
  await at.runner(undefined, { queue: at.queueOf("rep_2") }).round();
  const owned = await at.runner().own(item, async () => {
    throw new Error("not ours");
  });
  expect([owned, at.started]).toEqual([false, ["a"]]);
});
