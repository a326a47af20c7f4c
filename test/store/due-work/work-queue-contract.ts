import { expect, test } from "vitest";
import type { WorkKind } from "../../../src/domain/ports/work-queue.ts";
import type { OpenStore } from "../contract.ts";
import { manualSources } from "../events.ts";
import type { WorkAccess } from "./work-access.ts";

const minute = 60_000;
const all = { limit: 100, perLane: 100, leaseMs: minute };
const kind: WorkKind = "expiry";

/** What every store guarantees about the work that its servers share. */
export function workQueueContract(open: OpenStore): void {
  /** The queues of two servers of one database. */
  const twoServers = async () => {
    const { sources } = manualSources();
    const first = await open({ sources: { ...sources, replicaId: "rep_1" } });
    const second = await first.reopen({ sources: { ...sources, replicaId: "rep_2" } });
    return { one: first.store.work, two: second.store.work, work: first.work };
  };
  const ids = (claims: readonly { readonly itemId: string }[]): string[] =>
    claims.map(({ itemId }) => itemId);
  const schedule = async (work: WorkAccess, itemIds: readonly string[], more = {}): Promise<void> => {
    for (const itemId of itemIds) await work.schedule("T1", { kind, itemId, ...more });
  };

  test("keeps work that no state stands for, no matter who does it", async () => {
    const { one, two } = await twoServers();
    const signer = { kind: "checkpoint", workspaceId: "all", itemId: "signer" } as const;
    await Promise.all([one.ensure(signer), two.ensure(signer)]);
    const [claim] = await one.claim("checkpoint", all);
    expect(claim).toEqual({ ...signer, version: 1, attempts: 1 });
    await two.ensure(signer);
    expect(await two.claim("checkpoint", all)).toEqual([]);
    if (claim) expect(await one.finish(claim, { dueInMs: minute })).toBe(true);
    await one.ensure(signer);
    expect(await two.claim("checkpoint", all)).toEqual([]);
  });

  test("claims what is due of a kind, and no piece twice", async () => {
    const { one, two, work } = await twoServers();
    await schedule(work, ["chg_1"]);
    await schedule(work, ["chg_2"], { dueAt: work.after(60 * minute) });
    await schedule(work, ["chg_3"], { kind: "run" });
    expect(await one.claim(kind, all)).toEqual([
      { kind, workspaceId: "T1", itemId: "chg_1", version: 1, attempts: 1 },
    ]);
    expect(await two.claim(kind, all)).toEqual([]);
    expect(await one.claim(kind, all)).toEqual([]);
  });

  test("counts the work that comes before a piece in some lanes", async () => {
    const { one, work } = await twoServers();
    for (const [itemId, lane] of [
      ["chg_1", "conn"],
      ["chg_2", "conn"],
      ["chg_3", "conn"],
      ["chg_0", "conn run"],
      ["chg_1_of_another", "other"],
    ] as const)
      await work.schedule("T1", { kind, itemId, lane });
    await work.schedule("T2", { kind, itemId: "chg_1", lane: "conn" });
    const ahead = async (itemId: string, lanes: readonly string[]) =>
      one.ahead({ kind, workspaceId: "T1", itemId }, lanes);
    expect(await ahead("chg_1", ["conn"])).toBe(0);
    expect(await ahead("chg_3", ["conn"])).toBe(2);
    expect(await ahead("chg_0", ["conn", "conn run"])).toBe(3);
    expect(await ahead("chg_9", ["conn", "conn run"])).toBe(4);
  });

  test("never gives a piece to two servers that claim at the same moment", async () => {
    const { one, two, work } = await twoServers();
    const itemIds = Array.from({ length: 40 }, (_, n) => `chg_${n}`);
    await schedule(work, itemIds);
    const rounds = Array.from({ length: 10 }, async (_, n) =>
      (n % 2 === 0 ? one : two).claim(kind, { ...all, limit: 7 }),
    );
    const claimed = ids((await Promise.all(rounds)).flat());
    const rest = ids([...(await one.claim(kind, all)), ...(await two.claim(kind, all))]);
    expect([...claimed, ...rest].toSorted()).toEqual(itemIds.toSorted());
  });

  test("claims the first piece of every lane and workspace before the second of any", async () => {
    const { one, work } = await twoServers();
    await schedule(work, ["a1", "a2", "a3"], { lane: "a", dueAt: new Date(1) });
    await schedule(work, ["b1"], { lane: "b", dueAt: new Date(2) });
    await work.schedule("T2", { kind, itemId: "c1", lane: "a", dueAt: new Date(3) });
    expect(ids(await one.claim(kind, { ...all, limit: 3 }))).toEqual(["a1", "b1", "c1"]);
    expect(ids(await one.claim(kind, { ...all, limit: 1 }))).toEqual(["a2"]);
  });

  test("gives all servers together no more pieces of a lane than may be worked on at once", async () => {
    const { one, two, work } = await twoServers();
    await schedule(work, ["a1", "a2", "a3"], { lane: "a", dueAt: new Date(1) });
    const [first, second] = await one.claim(kind, { ...all, perLane: 2 });
    expect([first?.itemId, second?.itemId]).toEqual(["a1", "a2"]);
    expect(await two.claim(kind, { ...all, perLane: 2 })).toEqual([]);
    if (first) await one.finish(first);
    expect(ids(await two.claim(kind, { ...all, perLane: 2 }))).toEqual(["a3"]);
  });

  test("removes finished work, or makes it due again in time", async () => {
    const { one, work } = await twoServers();
    await schedule(work, ["chg_1", "chg_2"]);
    const [first, second] = await one.claim(kind, all);
    if (!first || !second) throw new Error("two are due");
    await one.finish(first);
    await one.finish(second, { dueInMs: minute });
    expect(await one.claim(kind, all)).toEqual([]);
    await work.pass(minute);
    expect(await one.claim(kind, all)).toEqual([{ ...second, attempts: 1 }]);
  });

  test("counts the attempts since the last one that succeeded", async () => {
    const { one, work } = await twoServers();
    await schedule(work, ["chg_1"]);
    for (const attempts of [1, 2, 3]) {
      // One that was none is repeated with the same number.
      const [none] = await one.claim(kind, all);
      expect(none?.attempts).toBe(attempts);
      if (none) await one.finish(none, { dueInMs: 0, isUncounted: true });
      const [claim] = await one.claim(kind, all);
      expect(claim?.attempts).toBe(attempts);
      if (claim) await one.finish(claim, { dueInMs: 0, hasFailed: attempts < 3 });
    }
    expect((await one.claim(kind, all))[0]?.attempts).toBe(1);
  });

  test("leaves work as it was scheduled while it was being done", async () => {
    const { one, two, work } = await twoServers();
    await schedule(work, ["chg_1", "chg_2"]);
    const [first, second] = await one.claim(kind, all);
    if (!first || !second) throw new Error("two are due");
    await schedule(work, ["chg_1", "chg_2"]);
    // A server keeps its claim until the work is finished.
    expect(await two.claim(kind, all)).toEqual([]);
    await one.finish(first);
    await one.finish(second, { dueInMs: 60 * minute });
    expect((await two.claim(kind, all)).map(({ itemId, version }) => [itemId, version])).toEqual([
      ["chg_1", 2],
      ["chg_2", 2],
    ]);
  });

  test("makes work due again when the claim of its server is over, and ignores that server then", async () => {
    const { one, two, work } = await twoServers();
    await schedule(work, ["chg_1"]);
    const [lost] = await one.claim(kind, all);
    if (!lost) throw new Error("it is due");
    await work.pass(minute - 2_000);
    expect(await two.claim(kind, all)).toEqual([]);
    await work.pass(2_000);
    expect(await two.claim(kind, all)).toEqual([{ ...lost, attempts: 2 }]);
    expect(await one.renew([lost], minute)).toEqual([]);
    await one.finish(lost);
    await one.finish(lost, { dueInMs: 0 });
    expect(await two.renew([lost], minute)).toEqual([lost]);
    expect(await one.claim(kind, all)).toEqual([]);
  });

  test("prolongs a claim", async () => {
    const { one, two, work } = await twoServers();
    await schedule(work, ["chg_1"]);
    const claims = await one.claim(kind, all);
    await work.pass(minute - 2_000);
    expect(await one.renew(claims, minute)).toEqual(claims);
    await work.pass(minute - 2_000);
    expect(await two.claim(kind, all)).toEqual([]);
  });

  test("gives work that a server schedules for itself to no other one", async () => {
    const { one, two, work } = await twoServers();
    await schedule(work, ["chg_1"], { claimedBy: "rep_1" });
    expect(await two.claim(kind, all)).toEqual([]);
    const item = { kind, workspaceId: "T1", itemId: "chg_1" };
    expect(await two.own(item, minute)).toBeUndefined();
    const claim = await one.own(item, minute);
    expect(claim).toEqual({ ...item, version: 1, attempts: 1 });
    await work.pass(60 * minute);
    expect(await two.claim(kind, all)).toMatchObject([{ itemId: "chg_1", attempts: 2 }]);
  });

  test("takes one piece that is due and that nobody works on, and no other", async () => {
    const { one, two, work } = await twoServers();
    await schedule(work, ["chg_1", "chg_2"]);
    const item = { kind, workspaceId: "T1", itemId: "chg_1" };
    await two.take(item, minute);
    expect(await one.own(item, minute)).toBeUndefined();
    await one.take(item, minute);
    expect(await one.own(item, minute)).toBeUndefined();
    expect(await two.own(item, minute)).toMatchObject({ itemId: "chg_1", attempts: 1 });
    expect(await one.claim(kind, all)).toMatchObject([{ itemId: "chg_2" }]);
  });

  test("removes work with the state that it stands for, and apart from other workspaces", async () => {
    const { one, work } = await twoServers();
    await schedule(work, ["chg_1"]);
    await work.schedule("T2", { kind, itemId: "chg_1" });
    await work.cancel("T1", { kind, itemId: "chg_1" });
    expect(await one.claim(kind, all)).toMatchObject([{ workspaceId: "T2", itemId: "chg_1" }]);
  });
}
