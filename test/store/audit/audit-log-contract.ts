import { expect, test } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import type { OpenStore } from "../contract.ts";
import { manualSources, outcome, requested } from "../events.ts";

const everything: AuditEvent = {
  kind: "change.outcome",
  actor: { kind: "user", userId: "U1", workspaceId: "T1" },
  requestId: "req_1",
  connection: { id: "con_1", vendor: "cartesia", name: "Prod", fingerprint: "0a1b2c3d" },
  number: { connectionId: "con_1", numberId: "num_1", e164: "+14155550100", name: null },
  changeId: "chg_1",
  change: "reassign",
  before: { agent: null, name: "Main" },
  wanted: { agent: "agent_b" },
  after: { agent: "agent_b", "field.label": "Ünïcode 🔌" },
  labels: { agent_b: "Bob's" },
  reason: "it talks nonsense",
  outcome: "refused",
  problem: { code: "vendor_refused", message: "No." },
  vendorStatus: 422,
  durationMs: 12.5,
};

/** What every audit log guarantees about single entries and changes. */
export function auditLogContract(open: OpenStore): void {
  test("returns every field as it was written", async () => {
    const { sources } = manualSources();
    const log = (await open({ sources })).store.workspace("T1").audit;
    const frame = await log.append(everything);
    const [entry] = await log.entries({ limit: 10 });
    expect(entry).toMatchObject(frame);
    expect(entry).toEqual({
      ...everything,
      sequence: 1,
      id: expect.stringMatching(/^aud_/),
      at: "2026-03-01T00:00:00.000Z",
      workspaceId: "T1",
      position: 1,
      previousHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("writes an outcome unless one is final", async () => {
    const log = (await open()).store.workspace("T1").audit;
    await log.append(requested(1));
    const ends = ["unknown", "applied", "refused"] as const;
    const written: boolean[] = [];
    for (const end of ends)
      written.push(await log.settle({ ...outcome(1, end), kind: "change.outcome", changeId: "chg_1" }));
    expect(written).toEqual([true, true, false]);
    const entries = await log.entries({ limit: 10 });
    expect(entries.map((entry) => entry.outcome)).toEqual(["applied", "unknown", undefined]);
  });

  test("distinguishes null from absent in a number's name and state", async () => {
    const log = (await open()).store.workspace("T1").audit;
    const number = { connectionId: "con_1", numberId: "num_1" };
    await log.append(requested(1, { number: { ...number, name: null }, before: { agent: null } }));
    await log.append(requested(2, { number, before: {} }));
    const [second, first] = await log.entries({ limit: 10 });
    expect([first?.number, first?.before]).toStrictEqual([{ ...number, name: null }, { agent: null }]);
    expect([second?.number, second?.before]).toStrictEqual([number, {}]);
  });

  test.each<AuditEvent["actor"]>([
    { kind: "user", userId: "U1", workspaceId: "E1" },
    { kind: "system", job: "settle" },
    { kind: "cli", osUser: "root" },
  ])("stores the actor: $kind", async (actor) => {
    const log = (await open()).store.workspace("T1").audit;
    await log.append(requested(1, { actor }));
    expect((await log.change("chg_1")).requested.actor).toEqual(actor);
  });

  test("numbers entries without gaps across all workspaces, even after a refused entry", async () => {
    const { store } = await open();
    const [ours, theirs] = [store.workspace("T1").audit, store.workspace("T2").audit];
    await ours.append(requested(1));
    await expect(ours.append(requested(1))).rejects.toMatchObject({ code: "already_requested" });
    await theirs.append(requested(1));
    expect((await ours.append(requested(2))).sequence).toBe(3);
  });

  test("accepts a request id once for a change, and again for its outcome and for refusals", async () => {
    const log = (await open()).store.workspace("T1").audit;
    await log.append(requested(1));
    await log.append(outcome(1, "applied"));
    await log.append(requested(1, { kind: "change.refused", changeId: "chg_9" }));
    await expect(log.append(requested(1, { changeId: "chg_2" }))).rejects.toMatchObject({
      code: "already_requested",
    });
    expect(await log.entries({ limit: 10 })).toHaveLength(3);
  });

  test("returns each change with its latest outcome, newest first", async () => {
    const log = (await open()).store.workspace("T1").audit;
    await log.append(requested(1));
    await log.append(requested(2));
    await log.append(outcome(1, "unknown"));
    await log.append(
      requested(3, { kind: "change.refused", problem: { code: "conflict", message: "It moved." } }),
    );
    await log.append({ kind: "connection.tested", actor: { kind: "system", job: "x" }, requestId: "req_4" });
    await log.append(outcome(1, "applied"));
    const changes = await log.changes({ limit: 10 });
    expect(
      changes.map((record) => [record.requested.changeId, record.requested.kind, record.outcome?.outcome]),
    ).toEqual([
      ["chg_3", "change.refused", undefined],
      ["chg_2", "change.requested", undefined],
      ["chg_1", "change.requested", "applied"],
    ]);
    expect(await log.change("chg_1")).toEqual(changes[2]);
    expect(changes[2]?.outcome).toMatchObject({ sequence: 6, vendorStatus: 200, durationMs: 12.5 });
  });

  test("finds no change that was never requested", async () => {
    const log = (await open()).store.workspace("T1").audit;
    await log.append({ kind: "connection.tested", actor: { kind: "system", job: "x" }, requestId: "req_1" });
    await expect(log.change("chg_1")).rejects.toMatchObject({ code: "not_found" });
  });

  test("lists changes without a known outcome, oldest first", async () => {
    const log = (await open()).store.workspace("T1").audit;
    for (const n of [1, 2, 3, 4, 5]) await log.append(requested(n));
    await log.append(outcome(1, "applied"));
    await log.append(outcome(2, "unknown"));
    await log.append(outcome(3, "unknown"));
    await log.append(outcome(3, "refused"));
    await log.append(outcome(5, "applied"));
    await log.append(outcome(5, "unknown"));
    await log.append(requested(6, { kind: "change.refused" }));
    const unsettled = await log.unsettled();
    expect(unsettled.map((record) => [record.requested.changeId, record.outcome?.outcome])).toEqual([
      ["chg_2", "unknown"],
      ["chg_4", undefined],
      ["chg_5", "unknown"],
    ]);
  });

  test("returns nothing of another workspace", async () => {
    const { store } = await open();
    const [ours, theirs] = [store.workspace("T1").audit, store.workspace("T2").audit];
    await theirs.append(requested(1));
    await theirs.append(outcome(1, "unknown"));
    const number = { connectionId: "con_1", numberId: "num_1" };
    expect(await ours.entries({ limit: 10 })).toEqual([]);
    expect(await ours.entries({ number, numberText: "main", since: "2020-01-01", limit: 10 })).toEqual([]);
    expect(await ours.changes({ limit: 10 })).toEqual([]);
    expect(await ours.changes({ number, limit: 10 })).toEqual([]);
    expect(await ours.unsettled()).toEqual([]);
    await expect(ours.change("chg_1")).rejects.toMatchObject({ code: "not_found" });
    await ours.append(requested(1));
    await ours.append(outcome(1, "applied"));
    expect((await theirs.change("chg_1")).outcome?.outcome).toBe("unknown");
    expect((await ours.change("chg_1")).outcome?.outcome).toBe("applied");
    expect(await theirs.unsettled()).toHaveLength(1);
  });

  test("refuses a change without an id and an outcome without a value", async () => {
    const log = (await open()).store.workspace("T1").audit;
    await expect(log.append(requested(1, { changeId: undefined }))).rejects.toMatchObject({
      code: "not_recorded",
    });
    await expect(log.append(requested(1, { kind: "change.outcome" }))).rejects.toMatchObject({
      code: "not_recorded",
    });
  });
}
