import { beforeEach, describe, expect, it } from "vitest";
import { allPermissions, noPermissions } from "../../../src/domain/access/authorization.ts";
import type { ApprovalCount } from "../../../src/domain/access/protection.ts";
import type { RequestedRun } from "../../../src/domain/changes/approval.ts";
import { defaultStopRule } from "../../../src/domain/failover/plan.ts";
import { lapsedText, type PlanApprover } from "../../../src/domain/failover/plan-approval.ts";
import { enforcePolicy } from "../../../src/operations/access/policy.ts";
import { prepareRuleCheck } from "../../../src/operations/access/enforce-rules.ts";
import { planCover } from "../../../src/operations/access/plan-cover.ts";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";
import type { Actor } from "../../../src/domain/shared/actor.ts";
import { runCover } from "../../../src/operations/access/run-approval.ts";
import type { ChangeRequest } from "../../../src/operations/access/change-request.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld, type World } from "../../support/world.ts";

const person = (userId: string) => ({ kind: "user", userId, workspaceId: "T1" }) as const;
const system = { kind: "system", job: "test" } as const;
const entry = { actor: system, requestId: "req_1" } as const;
const key = { connectionId: "con_1", numberId: "num_1" };
const step = { runId: "run_1", position: 0 };
const request: ChangeRequest = {
  changeId: "chg_num_1",
  key,
  change: { kind: "reassign", agentId: "agent_a" },
  seen: { agent: "agent_b" },
};

let world: World;
let ctx: Context;
beforeEach(async () => {
  world = await startWorld();
  ctx = { ...world.ctx, actor: person("U1") };
});

/** Begins the run with one protected number, as approved by its own request or with its plan. */
async function begin(approval: "plan" | "run", approvalId?: string): Promise<void> {
  const { runs } = ctx.workspace;
  await runs.show(failoverOf("run_1", [runStepOf("num_1", { approval }), runStepOf("num_2")]));
  await runs.begin("run_1", { userId: "U1" }, { ...entry, kind: "failover.begun" }, { approval: approvalId });
}

/** Stores a request for the run, which somebody has approved. */
async function approved(by = "U2", asked: Partial<RequestedRun> = {}, onCall?: string): Promise<void> {
  const { approvals } = ctx.workspace;
  const run: RequestedRun = {
    runId: "run_1",
    kind: "failover",
    preview: "",
    plan: { slug: "cartesia-down", revision: 3, title: "" },
    counts: {},
    changes: 2,
    protected: 1,
    numbers: [],
    overrode: [],
    userId: "U1",
    at: world.now().toISOString(),
    ...asked,
  };
  const expiresAt = new Date(world.now().getTime() + 60_000).toISOString();
  await approvals.ask(
    { id: "apr_1", asked: run, expiresAt, wanted: 1 },
    { ...entry, kind: "approval.requested" },
  );
  const decision = { state: "approved", by: person(by), at: expiresAt, onCall } as const;
  await approvals.decide("apr_1", decision, { ...entry, kind: "approval.approved" });
}

/** Protects the number of the step. */
async function protect({ workspace }: Context, approvals: ApprovalCount): Promise<void> {
  const { settings, protections } = workspace;
  const { settings: before } = await settings.readNow();
  await settings.write(
    { ...before, protection: { on: true, minutes: 30, breakGlass: false } },
    { ...entry, outcome: "applied" },
  );
  const at = world.now().toISOString();
  await protections.set({ ...key, title: "Roadside", approvals, at }, { ...entry, kind: "protection.set" });
}

/** The context while Slack does not say what anybody may do. */
function silentSlack(): Context {
  const unknown = { role: "none", approver: false, deniedConnections: [] } as const;
  const permissions = async () => ({ ...unknown, unavailableReason: "Slack is silent." });
  return { ...ctx, authorizer: { permissions } };
}

/** What is wrong with a request; undefined if it is approved. */
async function wrongWith(
  wanted: Partial<ChangeRequest>,
  at: Partial<typeof step> = {},
  as: Context = ctx,
): Promise<string | undefined> {
  const cover = await runCover(as, { ...request, ...wanted }, { ...step, ...at });
  return "missing" in cover ? cover.missing.code : undefined;
}

describe("the approval of a run", () => {
  beforeEach(async () => {
    await begin("run", "apr_1");
    await approved();
  });

  it("covers exactly its step, for the person who carries it out", async () => {
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_1", approvedBy: "U2" },
      approvals: 1,
    });
  });

  it.each<[string, Partial<ChangeRequest>, Partial<typeof step>]>([
    ["a change with another id", { changeId: "chg_other" }, {}],
    ["another number", { key: { ...key, numberId: "num_2" } }, {}],
    ["another connection", { key: { ...key, connectionId: "con_2" } }, {}],
    ["another agent", { change: { kind: "reassign", agentId: "agent_c" } }, {}],
    ["another kind of change", { change: { kind: "detach" } }, {}],
    ["a number that has moved", { seen: { agent: "agent_c" } }, {}],
    ["an expiry that nobody saw", { ends: { kind: "after", ms: 60_000 } }, {}],
    ["another step", {}, { position: 1 }],
    ["no step", {}, { position: 2 }],
    ["another run", {}, { runId: "run_2" }],
  ])("does not cover %s", async (_what, wanted, at) => {
    expect(await wrongWith(wanted, at)).toBe("approval_required");
  });

  it("does not cover another person, a job, or another workspace", async () => {
    expect(await wrongWith({}, {}, { ...ctx, actor: person("U2") })).toBe("approval_required");
    expect(await wrongWith({}, {}, { ...ctx, actor: system })).toBe("approval_required");
    expect(await wrongWith({}, {}, { ...ctx, workspace: world.store.workspace("T2") })).toBe(
      "approval_required",
    );
  });

  it("does not cover a run that is paused, stopped or over", async () => {
    const at = world.now().toISOString();
    await ctx.workspace.runs.pause("run_1", { why: "asked", at }, { ...entry, kind: "failover.paused" });
    expect(await wrongWith({})).toBe("approval_required");
    await ctx.workspace.runs.stop("run_1", { ...entry, kind: "failover.stopped" });
    expect(await wrongWith({})).toBe("approval_required");
  });

  it("does not count once its approver may not approve", async () => {
    const nobody = { role: "none", approver: false, deniedConnections: [] } as const;
    const as: Context = { ...ctx, authorizer: { permissions: async () => nobody } };
    expect(await wrongWith({}, {}, as)).toBe("approval_required");
  });

  it("says so if Slack does not tell whether the approver may still approve", async () => {
    expect(await runCover(silentSlack(), request, step)).toMatchObject({
      missing: { code: "approval_required", message: expect.stringContaining("Slack does not say") },
    });
  });
});

it("keeps with a decision the shift that it took, so that it counts after that", async () => {
  await begin("run", "apr_1");
  await approved("U2", {}, "PagerDuty PI7DH85");
  const seenBy = async (approverRotas: readonly string[]) => {
    const offShift = { role: "viewer", approver: false, deniedConnections: [], approverRotas } as const;
    return wrongWith({}, {}, { ...ctx, authorizer: { permissions: async () => offShift } });
  };
  expect(await seenBy(["PagerDuty PI7DH85"])).toBeUndefined();
  expect(await seenBy([])).toBe("approval_required");
});

describe("a request that does not approve a run", () => {
  it.each<[string, () => Promise<void>]>([
    ["is not there", async () => undefined],
    ["was approved by the person who asked", async () => approved("U1")],
    ["is for another run", async () => approved("U2", { runId: "run_2" })],
    [
      "is open",
      async () => {
        await approved();
        // Only a copy of the row tells: a decision is final.
        const found = await ctx.workspace.approvals.find("apr_1");
        const approvals = {
          ...ctx.workspace.approvals,
          find: async () => found && { ...found, state: "open" as const },
        };
        ctx = { ...ctx, workspace: { ...ctx.workspace, approvals } };
      },
    ],
  ])("%s", async (_what, happens) => {
    await begin("run", "apr_1");
    await happens();
    expect(await wrongWith({})).toBe("approval_required");
  });

  it("was never linked with it when it began", async () => {
    await begin("run");
    await approved();
    expect(await wrongWith({})).toBe("approval_required");
  });
});

describe("the approval of a plan", () => {
  const approvePlan = async (
    numbers = [key],
    by = "U2",
    revision = 1,
    onCall?: string,
    first?: PlanApprover,
  ): Promise<void> => {
    const { planStates } = ctx.workspace;
    const at = world.now().toISOString();
    const slug = "cartesia-down";
    await planStates.approve(
      slug,
      { id: "apr_plan", revision, at, by, onCall, first, numbers },
      {
        ...entry,
        kind: "plan.approved",
        details: { plan: slug, revision: "1", title: "", approval: "apr_plan", protected: "1", until: at },
      },
    );
    await planStates.noteDrill(
      slug,
      { revision, at, ready: 1, of: 1, isGreen: true },
      {
        ...entry,
        kind: "failover.drilled",
        details: { plan: slug, revision: "1", ready: "1", of: "1", result: "green" },
      },
    );
  };
  const savePlan = async (agentId = "agent_a"): Promise<void> => {
    const members = [{ ...key, change: { kind: "reassign", agentId } as const }];
    await ctx.workspace.plans.save(
      {
        slug: "cartesia-down",
        title: "Cartesia cannot speak",
        when: undefined,
        owner: undefined,
        defaultForMs: 3_600_000,
        atEnd: "remind",
        stop: defaultStopRule,
        selectors: [],
        tiers: [{ name: "all", askBeforeNext: false, members }],
      },
      { actor: person("U3"), requestId: "req_plan" },
    );
  };
  const beginByPlan = async (revision = 1, more: Partial<RunStep> = {}, approval?: string): Promise<void> => {
    const plan = { slug: "cartesia-down", revision, title: "" };
    const terms = { ...failoverTerms, plan };
    const { runs } = ctx.workspace;
    await runs.show(failoverOf("run_1", [runStepOf("num_1", { approval: "plan", ...more })], { terms }));
    await runs.begin("run_1", { userId: "U1" }, { ...entry, kind: "failover.begun" }, { approval });
  };

  it("of two people covers its step, also in a run that one person approved for other numbers", async () => {
    await savePlan();
    await approvePlan([key], "U2", 1, undefined, { by: "U4", at: world.now().toISOString() });
    await beginByPlan(1, {}, "apr_1");
    await approved("U5");
    const seen = async (lost: readonly string[]) => {
      const permissions = async (who: Actor) =>
        who.kind === "user" && lost.includes(who.userId) ? noPermissions : allPermissions;
      return runCover({ ...ctx, authorizer: { permissions } }, request, step);
    };
    const byPlan = { approval: "apr_plan", approvedBy: "U4", alsoApprovedBy: "U2" };
    expect(await seen([])).toEqual({ details: byPlan, approvals: 2 });
    expect(await seen(["U5"])).toEqual({ details: byPlan, approvals: 2 });
    // Where the plan covers it no better, the request does, as the preview as a whole was approved.
    const byRequest = { details: { approval: "apr_1", approvedBy: "U5" }, approvals: 1 };
    expect(await seen(["U4"])).toEqual(byRequest);
    expect(await seen(["U2", "U4"])).toEqual(byRequest);
    expect(await seen(["U2", "U4", "U5"])).toHaveProperty("missing");
  });

  it.each<[string, string | undefined]>([
    ["of the plan", undefined],
    ["of the run", "apr_1"],
  ])("one approval %s is not enough once a protection wants two", async (_what, linked) => {
    await savePlan();
    await approvePlan();
    await beginByPlan(1, {}, linked);
    await approved("U2");
    const decided = async () => {
      const change = { ...request, override: { kind: "run", ...step } } as const;
      return enforcePolicy(ctx, change, await prepareRuleCheck(ctx, []));
    };
    await protect(ctx, 1);
    expect(await decided()).toMatchObject({ details: { approvedBy: "U2" } });
    await protect(ctx, 2);
    await expect(decided()).rejects.toMatchObject({
      code: "approval_required",
      message: expect.stringContaining("One person has approved it."),
    });
  });

  it("covers a step of its revision", async () => {
    await savePlan();
    await approvePlan();
    await beginByPlan();
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_plan", approvedBy: "U2" },
      approvals: 1,
    });
  });

  it("does not count while Slack does not say whether its approver may still approve", async () => {
    await savePlan();
    await approvePlan();
    const cover = await planCover(silentSlack(), await ctx.workspace.plans.get("cartesia-down"));
    expect(lapsedText(cover)).toContain("Patchbay cannot find out");
  });

  it("counts after the shift of an approver who was on call, as long as an admin's table has them", async () => {
    await savePlan();
    await beginByPlan();
    const offShift = { role: "viewer", approver: false, deniedConnections: [] } as const;
    const seenBy = async (approverRotas: readonly string[]) =>
      wrongWith(
        {},
        {},
        { ...ctx, authorizer: { permissions: async () => ({ ...offShift, approverRotas }) } },
      );
    await approvePlan([key], "U2", 1, "PagerDuty PI7DH85");
    expect(await seenBy(["PagerDuty PI7DH85"])).toBeUndefined();
    expect(await seenBy(["PagerDuty POTHER"])).toBe("approval_required");
    // Who was an approver by name, and is not any more.
    await approvePlan();
    expect(await seenBy(["PagerDuty PI7DH85"])).toBe("approval_required");
    await approvePlan([key], "U3", 1, "PagerDuty PI7DH85");
    expect(await seenBy(["PagerDuty PI7DH85"])).toBe("approval_required");
  });

  it("covers a step that keeps the version in which the agent answers some of the calls", async () => {
    const inVersion = agentsText([{ id: "agent_a", version: "2", share: 1 }]);
    const now = {
      agent: agentsText([
        { id: "agent_a", version: "2", share: 0.5 },
        { id: "agent_b", share: 0.5 },
      ]),
    };
    const change = { kind: "reassign", agentId: inVersion } as const;
    await savePlan();
    await approvePlan();
    await beginByPlan(1, { change, now });
    expect(await wrongWith({ change, seen: now })).toBeUndefined();
    expect(await wrongWith({ seen: now })).toBe("approval_required");
  });

  it.each<[string, () => Promise<void>]>([
    ["of a number that it was not given for", async () => approvePlan([{ ...key, numberId: "num_2" }])],
    ["that the author of the revision gave", async () => approvePlan([key], "U3")],
    [
      "of an earlier revision",
      async () => {
        await approvePlan();
        await savePlan();
      },
    ],
    [
      "of a plan that was removed",
      async () => {
        await approvePlan();
        await ctx.workspace.plans.remove("cartesia-down", 1, entry);
      },
    ],
  ])("does not cover a step %s", async (_what, happens) => {
    await savePlan();
    await happens();
    await beginByPlan();
    expect(await wrongWith({})).toBe("approval_required");
  });

  it("does not cover a later revision, nor an agent that the plan does not name", async () => {
    await savePlan();
    await approvePlan();
    await beginByPlan(2);
    expect(await wrongWith({})).toBe("approval_required");
    await ctx.workspace.runs.stop("run_1", { ...entry, kind: "failover.stopped" });
    await savePlan("agent_c");
    await approvePlan([key], "U2", 2);
    const plan = { slug: "cartesia-down", revision: 2, title: "" };
    const own = failoverOf("run_2", [runStepOf("num_1", { approval: "plan" })], {
      terms: { ...failoverTerms, plan },
    });
    await ctx.workspace.runs.show(own);
    await ctx.workspace.runs.begin("run_2", { userId: "U1" }, { ...entry, kind: "failover.begun" });
    expect(await wrongWith({}, { runId: "run_2" })).toBe("approval_required");
  });
});

describe("the way back", () => {
  const changedBy = async (details: Readonly<Record<string, string>>): Promise<void> => {
    await ctx.workspace.audit.append({
      kind: "change.requested",
      actor: person("U1"),
      requestId: ctx.newId("req"),
      changeId: "chg_there",
      number: key,
      before: { agent: "agent_a" },
      wanted: { agent: "agent_b" },
      details,
    });
  };
  const beginBack = async (approval: "change" | "run" = "change", linked?: string): Promise<void> => {
    const { runs } = ctx.workspace;
    const back = runStepOf("num_1", {
      approval,
      undoes: "chg_there",
      verdict: { kind: "will_revert" },
    });
    await runs.show(failoverOf("run_0", []));
    await runs.show(failoverOf("run_1", [back], { kind: "back", returns: "run_0" }));
    const event = { ...entry, kind: "failover.begun" } as const;
    await runs.begin("run_1", { userId: "U1" }, event, { approval: linked });
  };

  it("is covered by the approval of the change that it takes back", async () => {
    await changedBy({ run: "run_0", approval: "apr_1", approvedBy: "U2" });
    await beginBack();
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_1", approvedBy: "U2" },
      approvals: Infinity,
    });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["that nobody approved", { run: "run_0" }],
    ["of another run", { run: "run_9", approval: "apr_1", approvedBy: "U2" }],
    ["of no run", { approval: "apr_1", approvedBy: "U2" }],
  ])("is not covered for a change %s", async (_what, details) => {
    await changedBy(details);
    await beginBack();
    expect(await wrongWith({})).toBe("approval_required");
  });

  it("is covered by a request for the fail-back, if nobody approved the change", async () => {
    await changedBy({ run: "run_0" });
    await approved("U2", { kind: "back" });
    await beginBack("run", "apr_1");
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_1", approvedBy: "U2" },
      approvals: 1,
    });
    expect(await wrongWith({ change: { kind: "reassign", agentId: "agent_c" } })).toBe("approval_required");
    expect(await wrongWith({}, {}, silentSlack())).toBe("approval_required");
    expect(await wrongWith({}, {}, { ...ctx, workspace: world.store.workspace("T2") })).toBe(
      "approval_required",
    );
  });

  it.each<[string, string, Partial<RequestedRun>, string | undefined]>([
    ["one's own", "U1", {}, "apr_1"],
    ["one for another run", "U2", { runId: "run_2" }, "apr_1"],
    ["one that it did not begin with", "U2", {}, undefined],
    ["one that does not exist", "U2", {}, "apr_2"],
  ])("is not covered by a request that is %s", async (_what, by, asked, linked) => {
    await changedBy({ run: "run_0" });
    await approved(by, { kind: "back", ...asked });
    await beginBack("run", linked);
    expect(await wrongWith({})).toBe("approval_required");
  });

  it("keeps the approval of its change, no matter who approved the rest", async () => {
    await changedBy({ run: "run_0", approval: "apr_0", approvedBy: "U3" });
    await approved("U1", { kind: "back" });
    await beginBack("change", "apr_1");
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_0", approvedBy: "U3" },
      approvals: Infinity,
    });
  });
});
