import { expect, test } from "vitest";
import type { RunApproval } from "../../../src/domain/changes/approval.ts";
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

const askedRun: Pick<RunApproval, "id" | "asked" | "expiresAt" | "wanted"> = {
  id: "apr_1",
  wanted: 1,
  expiresAt: "2026-03-01T04:00:00.000Z",
  asked: {
    runId: "run_0",
    kind: "failover",
    preview: "0",
    plan: { slug: "cartesia-down", revision: 3, title: "Cartesia cannot speak" },
    counts: {},
    changes: 1,
    protected: 1,
    numbers: [],
    overrode: [],
    userId: "U1",
    at,
  },
};

/** What every store guarantees about runs: their steps, their numbers, and how they begin. */
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

  test("lets only one run of a plan go on, even if they share no number", async () => {
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

  test("remembers the request that was approved for a run, even when somebody continues it, and finds one step", async () => {
    const { store } = await open();
    const { runs } = store.workspace("T1");
    const step = runStepOf("num_1", { approval: "run" });
    await runs.show(failoverOf("run_1", [runStepOf("num_0"), step]));
    await runs.begin("run_1", by, begun, { approval: "apr_1" });
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

  test("withdraws a request only if the run begins, with both entries", async () => {
    const { store } = await open();
    const { runs, approvals, audit } = store.workspace("T1");
    const decision = { state: "withdrawn", by: actor, at } as const;
    const withdraws = {
      id: "apr_1",
      decision,
      event: { kind: "approval.withdrawn", actor, requestId: "req_1" },
    } as const;
    await approvals.ask(askedRun, { kind: "approval.requested", actor, requestId: "req_1" });
    for (const id of ["run_1", "run_2"]) await runs.show(failoverOf(id, [runStepOf("num_1")]));
    await runs.begin("run_2", by, begun);
    await expect(runs.begin("run_1", by, begun, { withdraws })).rejects.toMatchObject({
      code: "already_requested",
      details: { startedBy: "U1" },
    });
    expect((await approvals.find("apr_1"))?.state).toBe("open");
    expect(await audit.entries({ limit: 9 })).toHaveLength(2);
    await runs.stop("run_2", event("failover.stopped"));
    await runs.begin("run_1", by, begun, { withdraws });
    expect((await approvals.find("apr_1"))?.state).toBe("withdrawn");
    const newest = await audit.entries({ limit: 2 });
    expect(newest.map(({ kind }) => kind)).toEqual(["failover.begun", "approval.withdrawn"]);
  });

  test("does not begin a run whose request was decided meanwhile", async () => {
    const { runs, approvals, audit } = (await open()).store.workspace("T1");
    await approvals.ask(askedRun, { kind: "approval.requested", actor, requestId: "req_1" });
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    const approved = { state: "approved", by: { ...actor, userId: "U2" }, at } as const;
    await approvals.decide("apr_1", approved, { kind: "approval.approved", actor, requestId: "req_1" });
    const decision = { state: "withdrawn", by: actor, at } as const;
    const entry = { kind: "approval.withdrawn", actor, requestId: "req_1" } as const;
    const withdraws = { id: "apr_1", decision, event: entry };
    await expect(runs.begin("run_1", by, begun, { withdraws })).rejects.toMatchObject({
      code: "already_requested",
      message: "The request for approval was decided meanwhile.",
    });
    expect((await runs.getState("run_1")).state).toBe("shown");
    expect(await audit.entries({ limit: 9 })).toHaveLength(2);
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

  test("keeps the runs of each workspace apart", async () => {
    const { store } = await open();
    await store.workspace("T1").runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    const other = store.workspace("T2").runs;
    await expect(other.get("run_1")).rejects.toMatchObject({ code: "not_found" });
    await expect(other.getState("run_1")).rejects.toMatchObject({ code: "not_found" });
    await expect(other.begin("run_1", by, begun)).rejects.toMatchObject({ code: "not_found" });
  });
}
