import { beforeEach, expect, it } from "vitest";
import type { AddressedUpdate } from "../../../src/domain/notifications/messages-with-buttons.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { buttonWatcher } from "../../../src/operations/notifications/button-watcher.ts";
import { startWorld, type World } from "../../support/world.ts";

const address = { channelId: "C1", ts: "1.2" };
let world: World;
let asked: string[];
/** The answer to each question for outdated messages. */
let answer: () => readonly AddressedUpdate[] | undefined;
let deliveries: number;
beforeEach(async () => {
  world = await startWorld();
  asked = [];
  answer = () => [];
  deliveries = 0;
  const { messagesWithButtons } = world.ctx.workspace;
  await messagesWithButtons.note({
    address,
    act: { kind: "incident", key: "INC-1" },
    message: "with buttons",
  });
  // A change of the agent, settled: it may end what buttons about its number are for.
  const { requested } = await world.record("chg_1", "agent_a", "agent_b");
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
});

function watcher() {
  const work: Promise<unknown>[] = [];
  const { check, checkNow, checkAll } = buttonWatcher({
    store: world.store,
    log: world.ctx.log,
    locks: world.ctx.locks,
    notifier: {
      outdatedMessages: async (_workspaceId, subject) => {
        asked.push(subject.slice(0, subject.indexOf(":") + 1) || subject);
        return answer();
      },
    },
    timer: world.timer,
    now: world.now,
    outbox: { deliverPending: async () => void (deliveries += 1) },
    track: (promise) => void work.push(promise),
  });
  const lookAt = async (subject?: string): Promise<void> => {
    check("T1", subject);
    await Promise.all(work.splice(0));
  };
  return { lookAt, checkNow, checkAll };
}

const stored = async () => (await world.store.outbox.waiting()).map(({ message }) => message);

it("checks the subjects of each new entry once, and stores how far it has come", async () => {
  answer = () => [{ address, message: "closed" }];
  const { lookAt, checkAll } = watcher();
  await lookAt();
  expect(asked.toSorted((a, b) => a.localeCompare(b))).toEqual(["drift", "number:"]);
  expect(new Set(await stored())).toEqual(new Set(["closed"]));
  expect(deliveries).toBe(1);
  await checkAll();
  await watcher().checkAll();
  expect(asked).toHaveLength(2);
});

it("checks a subject that no entry tells of, when it is asked to", async () => {
  const { lookAt } = watcher();
  await lookAt();
  asked = [];
  await lookAt("drift");
  expect([asked, await stored()]).toEqual([["drift"], []]);
});

it("waits while the workspace has no installation", async () => {
  answer = () => undefined;
  const { checkAll } = watcher();
  await checkAll();
  answer = () => [{ address, message: "closed" }];
  await checkAll();
  expect((await stored()).length).toBeGreaterThan(0);
});

it("goes on to the next subject when one fails", async () => {
  let isFirst = true;
  answer = () => {
    if (!isFirst) return [{ address, message: "closed" }];
    isFirst = false;
    throw new Error("cannot be put into words");
  };
  await watcher().checkAll();
  expect(await stored()).toEqual(["closed"]);
  expect(world.log).toEqual([{ level: "error", message: "buttons not removed" }]);
});

it("tries again when an update cannot be stored", async () => {
  answer = () => [{ address, message: "closed" }];
  const { messagesWithButtons } = world.ctx.workspace;
  const { update } = messagesWithButtons;
  Object.assign(messagesWithButtons, {
    update: async () => {
      throw new Problem("not_recorded", "The disk is full.");
    },
  });
  const { checkAll } = watcher();
  await checkAll();
  Object.assign(messagesWithButtons, { update });
  expect(await stored()).toEqual([]);
  await checkAll();
  expect((await stored()).length).toBeGreaterThan(0);
});

it("has the updates about a subject in the outbox once a check of it returns, and repeats one that failed", async () => {
  answer = () => [{ address, message: "closed" }];
  const { checkNow, checkAll } = watcher();
  await checkNow("T1", "run:run_1");
  expect([asked, await stored(), deliveries]).toEqual([["run:"], ["closed"], 1]);
  answer = () => {
    throw new Problem("not_recorded", "The database is full.");
  };
  await checkNow("T1", "run:run_2");
  answer = () => [];
  asked = [];
  await checkAll();
  expect(asked).toContain("run:");
});

it("checks what is recorded of the first calls of a run once every two seconds, also on another server", async () => {
  const { requested } = await world.record("chg_2", "agent_a", "agent_b", { run: "run_1" });
  const call = { call: "call_1", startedAt: requested.at, status: "completed", agent: "agent_b" };
  const proof = async () =>
    world.ctx.workspace.audit.append({
      ...requested,
      kind: "proof.seen",
      details: { ...call, run: "run_1" },
    });
  const { lookAt, checkAll } = watcher();
  const other = watcher();
  await checkAll();
  await other.checkAll();
  await world.pass(2000);
  asked = [];
  for (let count = 0; count < 3; count += 1) {
    await proof();
    await lookAt();
    await other.lookAt();
  }
  expect(asked).toEqual([]);
  answer = () => [{ address, message: "with their calls" }];
  await world.pass(2000);
  await other.checkAll();
  await checkAll();
  expect(asked).toEqual(["run:"]);
  await world.ctx.workspace.audit.append({
    ...requested,
    kind: "proof.denied",
    outcome: "refused",
    details: { run: "run_1" },
  });
  await world.pass(2000);
  await lookAt();
  expect(asked).toEqual(["run:", "run:"]);
});
