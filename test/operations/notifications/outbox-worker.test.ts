import { beforeEach, expect, it, vi } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import type { Store } from "../../../src/domain/ports/store.ts";
import type { Delivery } from "../../../src/operations/notifications/notifier.ts";
import { outboxWorker } from "../../../src/operations/notifications/outbox-worker.ts";
import { startWorld, type World } from "../../support/world.ts";

const hour = 60 * 60_000;
let world: World;
let delivered: string[];
/** The answer to each message, by its content; delivered unless given. */
let answers: Map<string, Delivery>;
beforeEach(async () => {
  world = await startWorld();
  delivered = [];
  answers = new Map();
});

const worker = (store: Store = world.store) =>
  outboxWorker({
    store,
    log: world.ctx.log,
    timer: world.timer,
    everyMs: hour,
    track: () => undefined,
    now: world.now,
    monotonicMs: world.ctx.monotonicMs,
    notifier: {
      deliver: async ({ message }, lateMs) => {
        const answer = answers.get(String(message)) ?? { kind: "delivered" };
        delivered.push(`${String(message)} ${answer.kind} ${lateMs / hour}h`);
        return answer;
      },
    },
  });
const add = async (channelId: string, message: string) =>
  world.store.outbox.add("T1", { channelId }, message);
const pending = async () => (await world.store.outbox.waiting()).map(({ message }) => message);
const dropped = async () =>
  (await world.ctx.workspace.audit.entries({ limit: 10 }))
    .filter(({ kind }) => kind === "message.dropped")
    .map(({ reason }) => reason);

it("delivers in order, and nothing behind a message that has to wait", async () => {
  for (const message of ["a", "b", "c"]) await add("C1", message);
  await add("C2", "d");
  answers.set("b", { kind: "later" });
  const { deliverPending } = worker();
  await deliverPending();
  expect(delivered.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "a delivered 0h",
    "b later 0h",
    "d delivered 0h",
  ]);
  expect(await pending()).toEqual(["b", "c"]);
  answers.clear();
  await world.pass(2 * hour);
  expect(delivered.slice(3)).toEqual(["b delivered 1h", "c delivered 1h"]);
  expect(await pending()).toEqual([]);
});

it("delivers each message once when two servers share the outbox", async () => {
  for (const message of ["a", "b", "c"]) await add("C1", message);
  await Promise.all([worker().deliverPending(), worker().deliverPending(), worker().deliverPending()]);
  expect(delivered).toEqual(["a delivered 0h", "b delivered 0h", "c delivered 0h"]);
});

it("tries a destination again that had to wait when its time comes, and no earlier for another one's sake", async () => {
  await add("C1", "a");
  answers.set("a", { kind: "later" });
  const { deliverPending } = worker();
  await deliverPending();
  await add("C2", "b");
  await deliverPending();
  expect(delivered).toEqual(["a later 0h", "b delivered 0h"]);
});

it("has at most four destinations of a workspace, and none of another one, wait for those that hang", async () => {
  let release = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (release = resolve));
  const started: string[] = [];
  const { deliverPending } = outboxWorker({
    store: world.store,
    log: world.ctx.log,
    now: world.now,
    monotonicMs: world.ctx.monotonicMs,
    timer: world.timer,
    everyMs: hour,
    track: () => undefined,
    notifier: {
      deliver: async ({ message, workspaceId }) => {
        started.push(`${workspaceId} ${String(message)}`);
        if (workspaceId === "T1") await hanging;
        return { kind: "delivered" };
      },
    },
  });
  for (const n of [1, 2, 3, 4, 5]) await add(`C${n}`, `m${n}`);
  await world.store.outbox.add("T2", { channelId: "C1" }, "other");
  const round = deliverPending();
  await vi.waitFor(() => expect(started).toHaveLength(5));
  expect(started.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "T1 m1",
    "T1 m2",
    "T1 m3",
    "T1 m4",
    "T2 other",
  ]);
  release();
  await round;
  expect(started.at(-1)).toBe("T1 m5");
  expect(await pending()).toEqual([]);
});

it("records a message that can never be delivered, and goes on behind it", async () => {
  await add("C1", "a");
  await add("C1", "b");
  answers.set("a", { kind: "dropped", reason: "it cannot be read" });
  await worker().deliverPending();
  expect(await dropped()).toEqual(["it cannot be read"]);
  expect(await pending()).toEqual([]);
});

it("drops an obsolete message without a word", async () => {
  await add("C1", "a");
  answers.set("a", { kind: "obsolete" });
  await worker().deliverPending();
  expect([await dropped(), await pending(), world.log]).toEqual([[], [], []]);
});

it("gives a message up after a day, on record", async () => {
  await add("C1", "a");
  answers.set("a", { kind: "later" });
  const { deliverPending } = worker();
  await deliverPending();
  await world.pass(25 * hour);
  expect(delivered.at(-1)).toBe("a later 24h");
  expect(await dropped()).toEqual(["kept since 2026-01-01T03:00:00.000Z; Slack did not take it for a day"]);
  expect(await pending()).toEqual([]);
});

it("does not deliver a message again whose removal could not be written", async () => {
  await add("C1", "a");
  const { outbox } = world.store;
  let isFull = true;
  const remove = async (id: number): Promise<void> => {
    if (isFull) throw new Problem("not_recorded", "The disk is full.");
    await outbox.remove(id);
  };
  const { deliverPending } = worker({ ...world.store, outbox: { ...outbox, remove } });
  await deliverPending();
  isFull = false;
  await world.pass(hour);
  expect(delivered).toEqual(["a delivered 0h"]);
  expect(await pending()).toEqual([]);
});

it("delivers what was stored while a round was running", async () => {
  await add("C1", "a");
  const { deliverPending } = worker();
  const first = deliverPending();
  await add("C2", "b");
  await Promise.all([first, deliverPending()]);
  expect(await pending()).toEqual([]);
  expect(delivered).toHaveLength(2);
});
