import { expect, test } from "vitest";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { outcome, requested } from "../events.ts";
import type { OpenStore } from "../contract.ts";

const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const by = { userId: "U1", channelId: "C1" };
const reverted = { kind: "incident.reverted", actor, requestId: "req_1" } as const;
type RunEvent = Extract<AuditKind, `failover.${string}`>;
const event = <Kind extends RunEvent>(kind: Kind) => ({ kind, actor, requestId: "req_1" }) as const;
const begun = event("failover.begun");
const paused = event("failover.paused");
const resumed = event("failover.resumed");
const at = "2026-03-01T00:00:00.000Z";

/** What every store guarantees about runs. */
export function runsContract(open: OpenStore): void {
  test("starts a revert once, one at a time for each incident, and stores the result of each step", async () => {
    const { runs } = (await open()).store.workspace("T1");
    const steps = [runStepOf("num_1", { verdict: { kind: "will_revert" }, undoes: "chg_1" })];
    for (const id of ["rev_1", "rev_2"])
      await runs.show({ id, kind: "revert", incident: "INC-1", by: { userId: "U1" }, steps });
    expect(await runs.running()).toEqual([]);
    await runs.begin("rev_1", by, reverted);
    for (const id of ["rev_1", "rev_2"])
      await expect(runs.begin(id, by, reverted)).rejects.toMatchObject({
        code: "already_requested",
        details: { startedBy: "U1" },
      });
    await runs.noteStep("rev_1", 0, { outcome: "applied" });
    await runs.noteStep("rev_1", 0, { outcome: "refused" });
    expect(await runs.running()).toEqual(["rev_1"]);
    await runs.end("rev_1");
    expect(await runs.running()).toEqual([]);
    expect(await runs.get("rev_1")).toMatchObject({
      id: "rev_1",
      kind: "revert",
      incident: "INC-1",
      by,
      state: "done",
      steps: [{ ...steps[0], result: { outcome: "applied" } }],
    });
    await runs.begin("rev_2", by, reverted);
  });

  test("stores the terms of a run, when it has to end and how often a step was repeated", async () => {
    const { runs } = (await open()).store.workspace("T1");
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    await runs.begin("run_1", by, begun);
    const [{ changeId: from } = { changeId: "" }] = (await runs.get("run_1")).steps;
    expect(await runs.tryAgain("run_1", 0, { from, to: "chg_again" })).toBe(true);
    const run = await runs.get("run_1");
    expect(run.terms).toEqual(failoverTerms);
    expect(Date.parse(run.endsAt ?? "") - Date.parse(run.startedAt ?? "")).toBe(60 * 60_000);
    expect(run.steps).toMatchObject([{ changeId: "chg_again", requeued: 1 }]);
    expect(await runs.lastOf("cartesia-down")).toMatchObject({ id: "run_1" });
    expect(await runs.lastOf("another")).toBeUndefined();
  });

  test("lets one run of a plan go on, also if they share no number", async () => {
    const { runs } = (await open()).store.workspace("T1");
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    await runs.show(failoverOf("run_2", [runStepOf("num_2")]));
    await runs.begin("run_1", by, begun);
    await expect(runs.begin("run_2", by, begun)).rejects.toMatchObject({
      code: "already_requested",
      message: "Its plan belongs to failover cartesia-down now.",
      details: { startedBy: "U1" },
    });
    await runs.stop("run_1", event("failover.stopped"));
    await runs.begin("run_2", by, begun);
  });

  test("remembers the request that was approved for a run, also when somebody continues it, and finds one step", async () => {
    const { store } = await open();
    const { runs } = store.workspace("T1");
    const step = runStepOf("num_1", { approval: "run" });
    await runs.show(failoverOf("run_1", [runStepOf("num_0"), step]));
    await runs.begin("run_1", by, begun, "apr_1");
    await runs.pause("run_1", { why: "asked", at }, paused);
    await runs.resume("run_1", { without: false, by: { userId: "U2" } }, resumed);
    await runs.noteStep("run_1", 1, { outcome: "applied" });
    const found = await runs.getStep("run_1", 1);
    expect(found).toMatchObject({
      run: { id: "run_1", state: "running", by: { userId: "U2" }, status: { approval: "apr_1" } },
      step: { ...step, result: { outcome: "applied" } },
    });
    expect(await runs.getStep("run_1", 2)).toBeUndefined();
    expect(await runs.getStep("run_2", 0)).toBeUndefined();
    expect(await store.workspace("T2").runs.getStep("run_1", 1)).toBeUndefined();
  });

  test("lets one live run hold a number, and says which and who began it", async () => {
    const { runs, audit } = (await open()).store.workspace("T1");
    await runs.show(failoverOf("run_1", [runStepOf("num_1"), runStepOf("num_2")]));
    const own = { ...failoverTerms, plan: undefined };
    await runs.show(failoverOf("run_2", [runStepOf("num_2"), runStepOf("num_3")], { terms: own }));
    await runs.begin("run_1", by, begun);
    await expect(runs.begin("run_2", { userId: "U2" }, begun)).rejects.toMatchObject({
      code: "already_requested",
      message: "A number of it belongs to failover cartesia-down now.",
      details: { startedBy: "U1" },
    });
    expect(await audit.entries({ limit: 9 })).toHaveLength(1);
    expect((await runs.holders()).map(({ id, key }) => [id, key.numberId])).toEqual([
      ["run_1", "num_1"],
      ["run_1", "num_2"],
    ]);
    await runs.noteStep("run_1", 0, { outcome: "applied" });
    // A server that lost its claim is too late.
    await runs.noteStep("run_1", 0, { outcome: "refused" });
    // What was refused stays as it was, so others may change it.
    await runs.noteStep("run_1", 1, { outcome: "refused" });
    await runs.begin("run_2", { userId: "U2" }, begun);
    const holding = async (numberId: string) =>
      (await runs.holding({ ...runStepOf(numberId).key })).map(({ id }) => id);
    expect(await Promise.all(["num_1", "num_2", "num_9"].map(holding))).toEqual([["run_1"], ["run_2"], []]);
    expect((await runs.live()).map(({ id, by: who }) => [id, who.userId])).toEqual([
      ["run_1", "U1"],
      ["run_2", "U2"],
    ]);
  });

  test("releases the numbers of a run that is stopped or done", async () => {
    const { runs } = (await open()).store.workspace("T1");
    for (const id of ["run_1", "run_2", "run_3"]) await runs.show(failoverOf(id, [runStepOf("num_1")]));
    await runs.begin("run_1", by, begun);
    expect(await runs.stop("run_1", event("failover.stopped"))).toBe(true);
    await runs.begin("run_2", by, begun);
    await runs.end("run_2");
    await runs.begin("run_3", by, begun);
    expect((await runs.holders()).map(({ id }) => id)).toEqual(["run_3"]);
    const { progressAt = "" } = await runs.get("run_2");
    const over = await runs.overSince(new Date(Date.parse(progressAt) - 1));
    expect(over).toEqual([{ ...runStepOf("num_1").key, overAt: progressAt }]);
    expect(await runs.overSince(new Date(Date.parse(progressAt) + 1))).toEqual([]);
  });

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
    expect(await runs.stop("run_1", event("failover.stopped"))).toBe(false);
    expect(await due()).toEqual(["run_1"]);
    const kinds = (await audit.entries({ limit: 9 })).map(({ kind }) => kind);
    expect(kinds.toReversed()).toEqual([
      "failover.begun",
      "failover.paused",
      "failover.resumed",
      "failover.held",
    ]);
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
    const { runs, audit } = (await open()).store.workspace("T1");
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
    await runs.pauseConnection("run_1", "con_1", { why: "Rejected.", code: "credentials_rejected" }, paused);
    await runs.pause("run_1", { why: "asked", at }, paused);
    await runs.resume("run_1", { without: true, by }, resumed);
    const codes = async () =>
      (await runs.get("run_1")).steps.map(({ result }) => result?.code ?? result?.outcome);
    expect(await codes()).toEqual([undefined, "left_out", "left_out", "left_out"]);
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

  test("shows what was found out about a step that was unknown", async () => {
    const { runs, audit } = (await open()).store.workspace("T1");
    await runs.show(
      failoverOf(
        "run_1",
        [1, 2, 3].map((n) => runStepOf(`num_${n}`, { changeId: `chg_${n}` })),
      ),
    );
    await runs.begin("run_1", by, begun);
    const lost = { outcome: "unknown", why: "Lost.", code: "outcome_unknown", order: 1, at } as const;
    for (const n of [1, 2, 3]) {
      await audit.append(requested(n));
      await audit.append(outcome(n, "unknown"));
      await runs.noteStep("run_1", n - 1, lost);
    }
    const results = async () => (await runs.get("run_1")).steps.map(({ result }) => result);
    expect(await results()).toEqual([lost, lost, lost]);
    await audit.append(outcome(1, "applied"));
    const problem = { code: "vendor_ignored", message: "It was not applied." } as const;
    await audit.append({ ...outcome(2, "refused"), problem });
    expect(await results()).toEqual([
      { outcome: "applied", order: 1, at },
      { outcome: "refused", code: "vendor_ignored", why: "It was not applied.", order: 1, at },
      lost,
    ]);
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

  test("takes a held run back: its fail-back may change the same numbers, and ends both", async () => {
    const { runs, audit } = (await open()).store.workspace("T1");
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    await runs.begin("run_1", by, begun);
    await runs.hold("run_1", event("failover.held"));
    const back = { kind: "back", returns: "run_1" } as const;
    for (const id of ["run_2", "run_3"]) await runs.show(failoverOf(id, [runStepOf("num_1")], back));
    await runs.begin("run_2", by, begun);
    await expect(runs.begin("run_3", by, begun)).rejects.toMatchObject({ code: "already_requested" });
    await runs.end("run_2", event("failover.returned"));
    expect([(await runs.getState("run_1")).state, (await runs.getState("run_2")).state]).toEqual([
      "done",
      "done",
    ]);
    await runs.end("run_2", event("failover.returned"));
    const kinds = (await audit.entries({ limit: 9 })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "failover.returned")).toHaveLength(1);
  });

  test("keeps the runs of each workspace apart", async () => {
    const { store } = await open();
    await store.workspace("T1").runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    const other = store.workspace("T2").runs;
    await expect(other.get("run_1")).rejects.toMatchObject({ code: "not_found" });
    await expect(other.getState("run_1")).rejects.toMatchObject({ code: "not_found" });
    await expect(other.begin("run_1", by, begun)).rejects.toMatchObject({ code: "not_found" });
  });
}
