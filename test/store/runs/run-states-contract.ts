import { expect, test } from "vitest";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { requested } from "../events.ts";
import type { OpenStore } from "../contract.ts";

const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const by = { userId: "U1", channelId: "C1" };
type RunEvent = Extract<AuditKind, `failover.${string}`>;
const event = <Kind extends RunEvent>(kind: Kind) => ({ kind, actor, requestId: "req_1" }) as const;
const begun = event("failover.begun");
const paused = event("failover.paused");
const resumed = event("failover.resumed");
const at = "2026-03-01T00:00:00.000Z";

/** What every store guarantees about the states of runs. */
export function runStatesContract(open: OpenStore): void {
  test("changes the state with an entry, only from the state that allows it, and schedules the report", async () => {
    const { store } = await open();
    const { runs, audit } = store.workspace("T1");
    const due = async () => {
      const claims = await store.work.claim("run", { limit: 9, perLane: 9, leaseMs: 1000 });
      for (const claim of claims) await store.work.finish(claim);
      return claims.map(({ itemId }) => itemId);
    };
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    expect(await runs.pause("run_1", { why: "asked", at }, paused)).toBe(false);
    await runs.begin("run_1", by, begun);
    await store.work.own({ kind: "run", workspaceId: "T1", itemId: "run_1" }, -1000);
    expect(await due()).toEqual(["run_1"]);
    expect(await due()).toEqual([]);
    expect(await runs.resume("run_1", { without: false, by }, resumed)).toBe(false);
    expect(await runs.pause("run_1", { why: "gate", at, tier: 0 }, paused)).toBe(true);
    expect(await runs.pause("run_1", { why: "asked", at }, paused)).toBe(false);
    expect(await runs.getState("run_1")).toMatchObject({
      state: "paused",
      status: { paused: { why: "gate" } },
    });
    expect(await due()).toEqual(["run_1"]);
    expect(await runs.resume("run_1", { without: false, by }, resumed)).toBe(true);
    const { state, status } = await runs.getState("run_1");
    expect([state, status.paused, status.passedTier]).toEqual(["running", undefined, 0]);
    expect(await due()).toEqual(["run_1"]);
    expect(await runs.hold("run_1", event("failover.held"))).toBe(true);
    expect(await due()).toEqual(["run_1"]);
    expect(await runs.stop("run_1", event("failover.stopped"))).toBe(true);
    expect(await runs.stop("run_1", event("failover.stopped"))).toBe(false);
    expect(await due()).toEqual(["run_1"]);
    const kinds = (await audit.entries({ limit: 9 })).map(({ kind }) => kind);
    expect(kinds.toReversed()).toEqual([
      "failover.begun",
      "failover.paused",
      "failover.resumed",
      "failover.held",
      "failover.stopped",
    ]);
  });

  test("knows whether first calls are looked for, and which tier was proved, until somebody continues it", async () => {
    const { store } = await open();
    const { runs } = store.workspace("T1");
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    await runs.begin("run_1", by, begun);
    expect(await runs.isWatched(["chg_1", "chg_2"])).toBe(false);
    await store.work.ensure({ kind: "first_call", workspaceId: "T1", itemId: "chg_2" });
    expect(await runs.isWatched(["chg_1", "chg_2"])).toBe(true);
    expect(await store.workspace("T2").runs.isWatched(["chg_2"])).toBe(false);
    await runs.noteProgress("run_1");
    expect((await runs.get("run_1")).progressAt).toBeDefined();
    await runs.prove("run_1", 0, 1);
    expect((await runs.getState("run_1")).status.provedTier).toBeUndefined();
    await runs.prove("run_1", 0, 0);
    await runs.pause("run_1", { why: "no_call", at, tier: 1 }, paused);
    await runs.prove("run_1", 2, 0);
    await runs.resume("run_1", { without: false, by }, resumed);
    expect((await runs.getState("run_1")).status).toMatchObject({ provedTier: 0, passedTier: 1 });
  });

  test("lets one change of a run tell loudly for all, also of several that ask at once", async () => {
    const { runs } = (await open()).store.workspace("T1");
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    await runs.begin("run_1", by, begun);
    const claims = async () =>
      Promise.all(["chg_1", "chg_2", "chg_3"].map(async (id) => runs.claimLoudness("run_1", id)));
    const first = await claims();
    expect(first.filter(Boolean)).toHaveLength(1);
    await runs.pause("run_1", { why: "asked", at }, paused);
    await runs.resume("run_1", { without: false, by }, resumed);
    expect(await claims()).toEqual(first);
  });

  test("pauses a connection alone, and leaves its steps out if somebody continues without it", async () => {
    const { runs } = (await open()).store.workspace("T1");
    const elsewhere = { connectionId: "con_2", numberId: "num_2" };
    await runs.show(failoverOf("run_1", [runStepOf("num_1"), runStepOf("num_2", { key: elsewhere })]));
    await runs.begin("run_1", by, begun);
    const why = { why: "Rejected.", code: "credentials_rejected" };
    expect(await runs.pauseConnection("run_1", "con_2", why, paused)).toBe(true);
    expect(await runs.pauseConnection("run_1", "con_2", why, paused)).toBe(false);
    expect((await runs.getState("run_1")).status.connections).toEqual({ con_2: why });
    expect((await runs.getState("run_1")).state).toBe("running");
    await runs.pause("run_1", { why: "connections", at }, paused);
    await runs.resume("run_1", { without: true, by }, resumed);
    const run = await runs.get("run_1");
    expect(run.status.connections).toEqual({});
    expect(run.steps.map(({ result }) => result?.code)).toEqual([undefined, "left_out"]);
  });

  test("never leaves out or attempts again a step whose change is under way", async () => {
    const { store, work } = await open();
    const { runs, audit } = store.workspace("T1");
    const numbers = ["num_1", "num_2", "num_3", "num_4"];
    await runs.show(
      failoverOf(
        "run_1",
        numbers.map((id) => runStepOf(id)),
      ),
    );
    await runs.begin("run_1", by, begun);
    const sent = (id: string) => ({ ...requested(1), requestId: `req_${id}`, changeId: `chg_${id}` });
    for (const id of ["num_1", "num_2"]) await audit.append(sent(id));
    await audit.append({ ...sent("num_2"), kind: "change.outcome", outcome: "refused" });
    await runs.show(failoverOf("run_2", [runStepOf("num_5")], { terms: { tiers: [{ name: "all" }] } }));
    await runs.begin("run_2", by, begun);
    await work.alter("UPDATE run_steps SET step = '{' WHERE number_id = 'num_5'");
    for (const id of ["run_1", "run_2"]) {
      await runs.pauseConnection(id, "con_1", { why: "Rejected.", code: "credentials_rejected" }, paused);
      await runs.pause(id, { why: "asked", at }, paused);
      await runs.resume(id, { without: true, by }, resumed);
    }
    const codes = async (id = "run_1") =>
      (await runs.get(id)).steps.map(({ result }) => result?.code ?? result?.outcome);
    expect(await codes()).toEqual([undefined, "left_out", "left_out", "left_out"]);
    // Nobody can read whether it was sent.
    expect(await codes("run_2")).toEqual(["unreadable"]);
    await runs.stop("run_2", event("failover.stopped"));
    // It was begun, and not yet on record.
    await runs.noteStep("run_1", 2, { outcome: "applied" });
    await runs.noteStep("run_1", 3, { outcome: "refused", code: "conflict" });
    await runs.noteStep("run_1", 2, { outcome: "refused" });
    expect(await codes()).toEqual([undefined, "left_out", "applied", "conflict"]);
    expect((await runs.holders()).map(({ key }) => key.numberId)).toEqual(["num_1", "num_3"]);
    for (const [position, id] of numbers.entries())
      expect(await runs.tryAgain("run_1", position, { from: `chg_${id}`, to: "chg_x" })).toBe(position === 0);
    expect(await runs.tryAgain("run_1", 0, { from: "chg_num_1", to: "chg_y" })).toBe(false);
    expect(await runs.tryAgain("run_1", 9, { from: "chg_num_1", to: "chg_y" })).toBe(false);
  });

  test("reminds of a run that is paused, and of the end of one that is held", async () => {
    const { store, work } = await open();
    const { runs } = store.workspace("T1");
    const reminded = async () =>
      (await store.work.claim("run_reminder", { limit: 9, perLane: 9, leaseMs: 0 })).map(
        ({ itemId }) => itemId,
      );
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    await runs.begin("run_1", by, begun);
    await runs.pause("run_1", { why: "asked", at: work.after(0).toISOString() }, paused);
    expect(await reminded()).toEqual([]);
    await work.pass(61 * 60_000);
    expect(await reminded()).toEqual(["run_1"]);
    await runs.resume("run_1", { without: false, by }, resumed);
    expect(await reminded()).toEqual([]);
    await runs.hold("run_1", event("failover.held"));
    await work.pass(61 * 60_000);
    expect(await reminded()).toEqual(["run_1"]);
  });
}
