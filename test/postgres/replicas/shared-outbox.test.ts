import { describe, expect, test, vi } from "vitest";
import { outboxWorker } from "../../../src/operations/notifications/outbox-worker.ts";
import type { Delivery } from "../../../src/operations/notifications/notifier.ts";
import { runnerTimer } from "../../../src/operations/shared/work/runner-timer.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { testSources } from "../../store/events.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Two servers that deliver; `answer` decides what Slack says to a message. */
async function twoServers(answer: (text: string) => Promise<Delivery>) {
  const { app } = await testPostgres();
  const delivered: string[] = [];
  const servers = ["rep_1", "rep_2"].map((replicaId) => {
    const store = databaseStore(postgresQueries(testConnections(app)), testSeal("k1"), {
      ...testSources(new Date().toISOString()),
      replicaId,
    });
    const worker = outboxWorker({
      store,
      log: quiet,
      timer: runnerTimer(() => performance.now()),
      everyMs: 60_000,
      now: () => new Date(),
      monotonicMs: () => performance.now(),
      notifier: {
        deliver: async ({ message }) => {
          const said = await answer(`${replicaId} ${String(message)}`);
          if (said.kind === "delivered") delivered.push(String(message));
          return said;
        },
      },
      track: () => undefined,
    });
    return { store, worker };
  });
  const [one, two] = servers;
  if (!one || !two) throw new Error("there are two");
  return { one, two, delivered };
}

describe.skipIf(missing !== undefined)(`an outbox that two servers deliver${skipped}`, () => {
  test("keeps the order of every destination, and delivers each message once", async () => {
    const { one, two, delivered } = await twoServers(async () => ({ kind: "delivered" }));
    const channels = ["C1", "C2", "C3", "C4", "C5", "C6"];
    const numbers = Array.from({ length: 30 }, (_, n) => n);
    for (const n of numbers)
      for (const channelId of channels) await one.store.outbox.add("T1", { channelId }, `${channelId} ${n}`);
    await Promise.all([one.worker.deliverPending(), two.worker.deliverPending()]);
    await one.worker.deliverPending();
    for (const channel of channels)
      expect(delivered.filter((text) => text.startsWith(channel))).toEqual(
        numbers.map((n) => `${channel} ${n}`),
      );
    expect(await one.store.outbox.length()).toBe(0);
  });

  test("is delivered side by side: one server serves a channel while another one's hangs", async () => {
    let release = (): void => undefined;
    const hangs = new Promise<void>((resolve) => (release = resolve));
    const asked: string[] = [];
    const { one, two, delivered } = await twoServers(async (text) => {
      asked.push(text);
      if (text === "rep_1 slow") await hangs;
      return { kind: "delivered" };
    });
    await one.store.outbox.add("T1", { channelId: "C1" }, "slow");
    const first = one.worker.deliverPending();
    await vi.waitFor(() => expect(asked).toEqual(["rep_1 slow"]));
    await one.store.outbox.add("T1", { channelId: "C1" }, "behind it");
    await one.store.outbox.add("T1", { channelId: "C2" }, "quick");
    await two.worker.deliverPending();
    expect(delivered).toEqual(["quick"]);
    release();
    await first;
    expect(delivered).toEqual(["quick", "slow", "behind it"]);
  });

  test("holds up no other destination when Slack refuses one for a while", async () => {
    const { one, two, delivered } = await twoServers(async (text) =>
      text.endsWith("limited") ? { kind: "later" } : { kind: "delivered" },
    );
    await one.store.outbox.add("T1", { channelId: "C1" }, "limited");
    await one.store.outbox.add("T1", { channelId: "C1" }, "behind it");
    for (const n of [2, 3, 4, 5, 6, 7]) await one.store.outbox.add("T1", { channelId: `C${n}` }, `to ${n}`);
    await Promise.all([one.worker.deliverPending(), two.worker.deliverPending()]);
    expect(delivered.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "to 2",
      "to 3",
      "to 4",
      "to 5",
      "to 6",
      "to 7",
    ]);
    expect((await one.store.outbox.waiting()).map(({ message }) => message)).toEqual([
      "limited",
      "behind it",
    ]);
  });
});
