import { beforeEach, describe, expect, it } from "vitest";
import { allPermissions, noPermissions } from "../../../src/domain/access/authorization.ts";
import { defaultStopRule } from "../../../src/domain/failover/plan.ts";
import { lapsedText, type PlanApprover } from "../../../src/domain/failover/plan-approval.ts";
import { enforcePolicy } from "../../../src/operations/access/policy.ts";
import { prepareRuleCheck } from "../../../src/operations/access/enforce-rules.ts";
import { planCover } from "../../../src/operations/access/plan-cover.ts";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";
import type { Actor } from "../../../src/domain/shared/actor.ts";
import { runCover } from "../../../src/operations/access/run-approval.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld, type World } from "../../support/world.ts";
import {
  approveRun,
  entry,
  key,
  person,
  protect,
  request,
  silentSlack,
  step,
  wrongWith,
} from "../../support/run-approval.ts";

let world: World;
let ctx: Context;
beforeEach(async () => {
  world = await startWorld();
  ctx = { ...world.ctx, actor: person("U1") };
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
    await approveRun(ctx, "U5");
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
    await approveRun(ctx, "U2");
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
    const cover = await planCover(silentSlack(ctx), await ctx.workspace.plans.get("cartesia-down"));
    expect(lapsedText(cover)).toContain("Patchbay cannot find out");
  });

  it("counts after the shift of an approver who was on call, as long as an admin's table has them", async () => {
    await savePlan();
    await beginByPlan();
    const offShift = { role: "viewer", approver: false, deniedConnections: [] } as const;
    const seenBy = async (approverSchedules: readonly string[]) =>
      wrongWith({ ...ctx, authorizer: { permissions: async () => ({ ...offShift, approverSchedules }) } });
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
    expect(await wrongWith(ctx, { change, seen: now })).toBeUndefined();
    expect(await wrongWith(ctx, { seen: now })).toBe("approval_required");
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
    expect(await wrongWith(ctx, {})).toBe("approval_required");
  });

  it("does not cover a later revision, nor an agent that the plan does not name", async () => {
    await savePlan();
    await approvePlan();
    await beginByPlan(2);
    expect(await wrongWith(ctx, {})).toBe("approval_required");
    await ctx.workspace.runs.stop("run_1", { ...entry, kind: "failover.stopped" });
    await savePlan("agent_c");
    await approvePlan([key], "U2", 2);
    const plan = { slug: "cartesia-down", revision: 2, title: "" };
    const own = failoverOf("run_2", [runStepOf("num_1", { approval: "plan" })], {
      terms: { ...failoverTerms, plan },
    });
    await ctx.workspace.runs.show(own);
    await ctx.workspace.runs.begin("run_2", { userId: "U1" }, { ...entry, kind: "failover.begun" });
    expect(await wrongWith(ctx, {}, { runId: "run_2" })).toBe("approval_required");
  });
});
