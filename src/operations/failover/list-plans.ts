import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { UnreadablePlan } from "../../domain/failover/plans.ts";
import type { PlanState } from "../../domain/failover/readiness.ts";
import type { PlanStanding } from "../../domain/failover/standing.ts";
import type { Run } from "../../domain/runs/run.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { notInPlan } from "./plan-input.ts";
import { lastStanding, standingReader } from "./plan-standing.ts";

/** A plan with what is known about it now. */
export interface ListedPlan {
  readonly saved: SavedPlan;
  /** How many numbers its selectors find that it lacks. */
  readonly missing: number;
  /** What the last check and the last drill found. */
  readonly state: PlanState | undefined;
  /** Its run that is not over. */
  readonly live: Omit<Run, "steps"> | undefined;
  /** What holds now, as far as no look at its numbers is needed, and whether there was one. */
  readonly standing: PlanStanding;
  readonly isChecked: boolean;
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
  const [{ plans, unreadable }, states, live, standing] = await Promise.all([
    stored.listReadable(),
    planStates.list(),
    runs.live(),
    standingReader(ctx),
  ]);
  const listed = await Promise.all(
    plans.map(async (saved) => {
      const state = states.find(({ slug }) => slug === saved.plan.slug);
      const checked = await lastStanding(standing, saved, state?.readiness);
      return {
        saved,
        missing: await notInPlan(ctx, saved.plan),
        state,
        standing: checked ?? (await standing(saved, { problems: [] })),
        isChecked: checked !== undefined,
        live: live.find(({ terms }) => terms.plan?.slug === saved.plan.slug),
      };
    }),
  );
  return { plans: listed, unreadable };
}
