import { expect, test } from "vitest";
import type { AuditEvent } from "../../src/domain/audit-log.ts";
import type { OpenStore } from "./contract.ts";

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
  lastsMs: 1_800_000,
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
    const kept = { ...timed("chg_1"), state: "sent", tries: 0, notes: [], revision: 0 };
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

  test("lists what is due in all workspaces, the longest due first, without completed changes", async () => {
    const { store } = await open();
    await store
      .workspace("T1")
      .temporaryChanges.begin(requested("chg_1"), { ...timed("chg_1"), dueAt: later(2) });
    await store.workspace("T2").temporaryChanges.begin(requested("chg_2"), timed("chg_2"));
    const { temporaryChanges: ends } = store.workspace("T1");
    await ends.begin(requested("chg_3"), timed("chg_3"));
    const third = await ends.find("chg_3");
    if (third) await ends.replace({ ...third, state: "over" });
    expect(await store.dueTemporaryChanges(now)).toEqual([]);
    expect(await store.dueTemporaryChanges(later(2))).toEqual([
      { workspaceId: "T2", connectionId: "con_1", changeId: "chg_2" },
      { workspaceId: "T1", connectionId: "con_1", changeId: "chg_1" },
    ]);
  });

  // A3
  test("lists what has been due longest at every connection, however much is due at another one", async () => {
    const { store } = await open();
    const begin = async (workspaceId: string, connectionId: string, changeId: string): Promise<void> =>
      store
        .workspace(workspaceId)
        .temporaryChanges.begin(requested(changeId), { ...timed(changeId), connectionId });
    await Promise.all(Array.from({ length: 1_500 }, async (_, at) => begin("T1", "con_1", `chg_a${at}`)));
    await begin("T1", "con_2", "chg_b");
    await begin("T2", "con_3", "chg_c");
    const due = await store.dueTemporaryChanges(later(2));
    const ofConnection = (id: string): number => due.filter(({ connectionId }) => connectionId === id).length;
    expect(["con_1", "con_2", "con_3"].map(ofConnection)).toEqual([20, 1, 1]);
    expect(new Set(due.slice(0, 3).map(({ connectionId }) => connectionId)).size).toBe(3);
  });
}
