import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { UnreadablePlan } from "../../domain/failover/plans.ts";
import type { PlanCover } from "../../domain/failover/plan-approval.ts";
import type { PlanState } from "../../domain/failover/readiness.ts";
import type { Run } from "../../domain/runs/run.ts";
import { planCover } from "../access/plan-cover.ts";
import { previewPolicy } from "../access/policy.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { protectedNumbersOf } from "./approve-plan.ts";
import { notInPlan } from "./plan-input.ts";

/** A plan with what is known about it now. */
export interface ListedPlan {
  readonly saved: SavedPlan;
  /** How many numbers its selectors find that it lacks. */
  readonly missing: number;
  /** What the last check and the last drill found. */
  readonly state: PlanState | undefined;
  /** Its run that is not over. */
  readonly live: Omit<Run, "steps"> | undefined;
  /** How many of its numbers are protected, and whether an approval of the plan counts for them. */
  readonly protectedCount: number;
  readonly cover: PlanCover;
}

/** The failover plans, and those that cannot be read. */
export interface PlanList {
  readonly plans: readonly ListedPlan[];
  readonly unreadable: readonly UnreadablePlan[];
}

/** The failover plans, for anyone who may see numbers. Sends no request to a vendor. Throws not_allowed. */
export async function listPlans(ctx: Context): Promise<PlanList> {
  await requireRoleAudited(ctx, "viewer", "see failover plans");
  const { plans: stored, planStates, runs } = ctx.workspace;
  const [{ plans, unreadable }, states, live, policy] = await Promise.all([
    stored.listReadable(),
    planStates.list(),
    runs.live(),
    previewPolicy(ctx),
  ]);
  const listed = await Promise.all(
    plans.map(async (saved) => ({
      saved,
      missing: await notInPlan(ctx, saved.plan),
      state: states.find(({ slug }) => slug === saved.plan.slug),
      protectedCount: policy ? protectedNumbersOf(saved, policy).length : 0,
      cover: await planCover(ctx, saved),
      live: live.find(({ terms }) => terms.plan?.slug === saved.plan.slug),
    })),
  );
  return { plans: listed, unreadable };
}
