import { expect, it } from "vitest";
import type { ApprovalCount } from "../../../src/domain/access/protection.ts";
import { defaultStopRule } from "../../../src/domain/failover/plan.ts";
import type { PlanApproval } from "../../../src/domain/failover/plan-approval.ts";
import { runNotApproved, wantedByRun } from "../../../src/operations/approval/wanted-approvals.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld } from "../../support/world.ts";

const { ctx: base } = await startWorld();
const at = base.now().toISOString();
const keyOf = (numberId: string) => ({ connectionId: "con_1", numberId });
const plan = { slug: "cartesia-down", revision: 3, title: "" };
const both: Partial<PlanApproval> = { first: { by: "U4", at } };

/** A workspace with these protections, and an approval of its plan. */
function contextOf(
  protections: Readonly<Record<string, ApprovalCount>>,
  approval: Partial<PlanApproval> = {},
  revision = plan.revision,
): Context {
  const { workspace } = base;
  const set = Object.entries(protections).map(([numberId, approvals]) => ({
    ...keyOf(numberId),
    title: numberId,
    approvals,
    at,
  }));
  const saved = {
    plan: {
      slug: plan.slug,
      title: "",
      when: undefined,
      owner: undefined,
      defaultForMs: 0,
      atEnd: "remind",
      stop: defaultStopRule,
      selectors: [],
      tiers: [],
    },
    revision,
    savedBy: { kind: "user", userId: "U3", workspaceId: "T1" },
    savedAt: at,
  } as const;
  const state = {
    slug: plan.slug,
    readiness: undefined,
    isTold: false,
    drill: { revision: 3, at, ready: 1, of: 1, isGreen: true },
    approval: { id: "apr_plan", revision: 3, at, by: "U2", numbers: [keyOf("a")], ...approval },
  };
  const settings = async () => ({ protection: { on: true, minutes: 30, breakGlass: false } });
  return {
    ...base,
    workspace: {
      ...workspace,
      protections: { ...workspace.protections, list: async () => set },
      settings: { ...workspace.settings, read: settings },
      plans: { ...workspace.plans, get: async () => saved },
      planStates: { ...workspace.planStates, find: async () => state },
    },
  };
}

/** A failover in which the plan's approval covers a, and the request is about b. */
const run = {
  ...failoverOf("run_1", [runStepOf("a", { approval: "plan" }), runStepOf("b", { approval: "run" })]),
  terms: { ...failoverTerms, plan },
};

it.each<[string, Context, ApprovalCount]>([
  ["one, if all numbers want one", contextOf({ a: 1, b: 1 }), 1],
  ["two, if a number of the request does", contextOf({ a: 1, b: 2 }), 2],
  ["one, if two people approved the plan for the number that wants two", contextOf({ a: 2, b: 1 }, both), 1],
  ["two, if only one still counts", contextOf({ a: 2, b: 1 }), 2],
  ["two, if the plan was not approved for it", contextOf({ a: 2, b: 1 }, { ...both, numbers: [] }), 2],
  ["two, if the plan was changed", contextOf({ a: 2, b: 1 }, both, 4), 2],
])("a request for a run wants %s", async (_what, ctx, wanted) => {
  expect(await wantedByRun(ctx, run)).toBe(wanted);
});

it("says of how many people a run needs the approval", async () => {
  const told = async (ctx: Context, kind: "failover" | "back") => {
    const problem = await runNotApproved(ctx, { kind, steps: run.steps, terms: run.terms });
    return problem.message;
  };
  expect(await told(contextOf({ b: 2 }), "failover")).toBe(
    "Two other people must approve this failover first.",
  );
  expect(await told(contextOf({ b: 2 }), "back")).toBe("Two other people must approve this fail-back first.");
  expect(await told(contextOf({ b: 1 }), "back")).toBe("Someone else must approve this fail-back first.");
});
