import { expect, test } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import type { OpenStore } from "../contract.ts";
import { manualSources } from "../events.ts";

const now = new Date(Date.UTC(2026, 0, 1, 3));
const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;

const requested = (changeId: string): AuditEvent<"change.requested"> => ({
  kind: "change.requested",
  actor,
  requestId: `req_${changeId}`,
  changeId,
  change: "reassign",
  wanted: { agent: "agent_b" },
  details: { until: later(30).toISOString() },
});
const timed = (changeId: string) => ({
  changeId,
  connectionId: "con_1",
  numberId: "pn_1",
  endsAt: later(30),
  durationMs: 1_800_000,
  remindAt: later(24),
  dueAt: later(1),
  place: { userId: "U1", channelId: "C1", threadTs: "1.1" },
});

/** What every store guarantees about temporary changes. */
export function temporaryChangesContract(open: OpenStore): void {
  test("stores an expiry together with the record of its change, apart from other workspaces", async () => {
    const { store } = await open();
    const ours = store.workspace("T1");
    await ours.temporaryChanges.begin(requested("chg_1"), timed("chg_1"));
    const kept = { ...timed("chg_1"), state: "sent", attempts: 0, notes: [], revision: 0 };
    expect(await ours.temporaryChanges.find("chg_1")).toEqual(kept);
    expect(await ours.temporaryChanges.open()).toEqual([kept]);
    expect(await ours.audit.change("chg_1")).toMatchObject({
      requested: { details: { until: "2026-01-01T03:30:00.000Z" } },
    });
    expect(await store.workspace("T2").temporaryChanges.find("chg_1")).toBeUndefined();
    expect(await store.workspace("T2").temporaryChanges.open()).toEqual([]);
  });

  test("stores no expiry if the record cannot be written", async () => {
    const { temporaryChanges: ends } = (await open()).store.workspace("T1");
    await ends.begin(requested("chg_1"), timed("chg_1"));
    const again = { ...requested("chg_2"), requestId: "req_chg_1" };
    await expect(ends.begin(again, timed("chg_2"))).rejects.toMatchObject({ code: "already_requested" });
    expect(await ends.find("chg_2")).toBeUndefined();
  });

  test("ignores the second of two writes based on the same state, and records nothing for it", async () => {
    const { temporaryChanges: ends, audit } = (await open()).store.workspace("T1");
    await ends.begin(requested("chg_1"), timed("chg_1"));
    const first = await ends.find("chg_1");
    if (!first) throw new Error("nothing was kept");
    const kept = { kind: "timed.kept", actor, requestId: "req_2", changeId: "chg_1" } as const;
    expect(await ends.replace({ ...first, state: "over" }, kept)).toBe(true);
    expect(await ends.replace({ ...first, state: "running" }, { ...kept, kind: "timed.extended" })).toBe(
      false,
    );
    expect(await ends.find("chg_1")).toMatchObject({ state: "over", revision: 1 });
    const entries = await audit.entries({ limit: 10 });
    expect(entries.map(({ kind }) => kind)).toEqual(["timed.kept", "change.requested"]);
  });

  test("schedules the next step of a change in the transaction that stores it, in a lane for each connection", async () => {
    const { store, work } = await open({ sources: manualSources(now.toISOString()).sources });
    const { temporaryChanges: ends } = store.workspace("T1");
    const claim = async (perLane = 1) => store.work.claim("expiry", { limit: 10, perLane, leaseMs: 60_000 });
    const due = { dueAt: work.after(0) };
    await ends.begin(requested("chg_1"), { ...timed("chg_1"), ...due });
    await ends.begin(requested("chg_2"), { ...timed("chg_2"), ...due });
    await ends.begin(requested("chg_3"), { ...timed("chg_3"), ...due, connectionId: "con_2" });
    await ends.begin(requested("chg_4"), {
      ...timed("chg_4"),
      dueAt: work.after(120_000),
      connectionId: "con_3",
    });
    const claimed = await claim();
    expect(claimed.map(({ itemId }) => itemId).toSorted()).toEqual(["chg_1", "chg_3"]);
    const first = await ends.find("chg_1");
    if (!first) throw new Error("nothing was kept");
    // The first decision counts: it is not lost when the claim on the step before it is finished.
    await ends.replace({ ...first, state: "running", dueAt: work.after(60_000) });
    for (const one of claimed) await store.work.finish(one);
    expect((await claim()).map(({ itemId }) => itemId)).toEqual(["chg_2"]);
    await work.pass(60_000);
    expect((await claim(10)).map(({ itemId }) => itemId).toSorted()).toEqual(["chg_1", "chg_2"]);
  });

  test("schedules nothing for a change that is over, or whose record cannot be written", async () => {
    const { store, work } = await open();
    const { temporaryChanges: ends } = store.workspace("T1");
    await ends.begin(requested("chg_1"), { ...timed("chg_1"), dueAt: new Date(0) });
    const first = await ends.find("chg_1");
    if (first) await ends.replace({ ...first, state: "over" });
    const again = { ...requested("chg_2"), requestId: "req_chg_1" };
    await expect(ends.begin(again, timed("chg_2"))).rejects.toMatchObject({ code: "already_requested" });
    await work.pass(60_000);
    expect(await store.work.claim("expiry", { limit: 10, perLane: 10, leaseMs: 60_000 })).toEqual([]);
  });
}
