import { beforeEach, expect, it } from "vitest";
import { freezesJob } from "../../../src/operations/restrictions/freezes-job.ts";
import { startWorld, type World } from "../../support/world.ts";

const minute = 60_000;
let world: World;
let isSkewed: boolean;
beforeEach(async () => {
  world = await startWorld();
  isSkewed = false;
});

const job = () =>
  freezesJob({
    queue: world.store.work,
    timer: world.timer,
    log: world.ctx.log,
    everyMs: 10_000,
    isClockSkewed: () => isSkewed,
    contextFor: () => world.ctx,
    track: () => undefined,
  });

/** Freezes all numbers for so many minutes. */
async function freeze(minutes: number): Promise<void> {
  const by = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
  const at = world.now().toISOString();
  const until = new Date(world.now().getTime() + minutes * minute).toISOString();
  const event = { kind: "freeze.set", actor: by, requestId: "req_1" } as const;
  await world.ctx.workspace.freezes.set({ title: "All", by, reason: "storm", at, until }, event);
}

it("removes a freeze once it has expired, and not one that was extended meanwhile", async () => {
  const { freezes } = world.ctx.workspace;
  await freeze(5);
  const { round } = job();
  await world.pass(4 * minute);
  await freeze(5);
  await world.pass(2 * minute);
  await round();
  expect(await freezes.list()).toHaveLength(1);
  await world.pass(4 * minute);
  await round();
  expect(await freezes.list()).toEqual([]);
});

it("removes no freeze while the clock is wrong", async () => {
  await freeze(1);
  await world.pass(2 * minute);
  const { round } = job();
  isSkewed = true;
  await round();
  expect(await world.ctx.workspace.freezes.list()).toHaveLength(1);
  isSkewed = false;
  await round();
  expect(await world.ctx.workspace.freezes.list()).toEqual([]);
});
