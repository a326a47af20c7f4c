import { expect, it } from "vitest";
import type { VendorAccount } from "../../../src/domain/vendor/vendor-account.ts";
import { driftJob } from "../../../src/operations/drift/drift-job.ts";
import { fakeNotifier } from "../notifications/notifier.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

const everyMs = 15 * 60_000;
const workspaces = Array.from({ length: 60 }, (_, at) => `T${String(at).padStart(4, "0")}`);

/** Lets everything run that waits for nothing but promises and the database, until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 20_000 && !isSo(); turns += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  expect(isSo()).toBe(true);
}

/** A job over three times as many workspaces as it checks at once, each with a connection to a vendor that hangs and one to another. */
async function startJob(world: World) {
  const asked = new Map<string, number>();
  const hanging: (() => void)[] = [];
  for (const id of workspaces) {
    const { connections: vault, settings } = world.store.workspace(id);
    for (const vendor of ["dialnexa", "cartesia"] as const)
      await vault.add({ vendor, name: vendor, credentials: { api_key: "k" } });
    await settings.write({ drift: "all" }, { actor: world.ctx.actor, requestId: `req_${id}` });
  }
  const told: string[] = [];
  const job = driftJob({
    queue: world.store.work,
    vendors: world.ctx.accounts.vendors.map(({ id }) => id),
    log: world.ctx.log,
    timer: world.timer,
    locks: world.ctx.locks,
    everyMs,
    contextFor: (workspaceId) => ({
      ...world.ctx,
      workspace: world.store.workspace(workspaceId),
      accounts: {
        ...world.ctx.accounts,
        open: (connection, ...rest): VendorAccount => ({
          ...world.ctx.accounts.open(connection, ...rest),
          listNumbers: async () => {
            const key = `${workspaceId} ${connection.vendor}`;
            asked.set(key, (asked.get(key) ?? 0) + 1);
            if (connection.vendor === "dialnexa") await new Promise<void>((resolve) => hanging.push(resolve));
            return [worldNumber];
          },
        }),
      },
    }),
    notifier: fakeNotifier({}),
    buttons: { check: (workspaceId) => void told.push(workspaceId) },
    track: () => undefined,
  });
  const timesAsked = (vendor: string, times: number): boolean =>
    workspaces.every((id) => (asked.get(`${id} ${vendor}`) ?? 0) >= times);
  return { job, asked, hanging, told, timesAsked };
}

// O6
it("checks every workspace's other connections in every round while one vendor hangs", async () => {
  const world = await startWorld();
  world.agents = [{ id: "agent_a", name: "Agent" }];
  const { job, asked, hanging, told, timesAsked } = await startJob(world);
  const first = job.round();
  await until(() => timesAsked("cartesia", 1) && told.length >= workspaces.length);
  const passing = world.pass(everyMs);
  const second = job.round();
  await until(() => timesAsked("cartesia", 2) && told.length >= 2 * workspaces.length);
  const atHanging = (): number => [...asked.keys()].filter((key) => key.endsWith("dialnexa")).length;
  expect(atHanging()).toBe(20);
  expect([...asked].filter(([key, times]) => key.endsWith("dialnexa") && times > 1)).toEqual([]);
  // Once it answers, everybody's turn comes, each once.
  const state = { over: false };
  void Promise.all([first, passing, second]).then(() => (state.over = true));
  await until(() => {
    for (const answer of hanging.splice(0)) answer();
    return state.over;
  });
  expect(timesAsked("dialnexa", 1)).toBe(true);
  expect(asked.get("T0000 dialnexa")).toBe(1);
  expect(world.log).toEqual([]);
});
