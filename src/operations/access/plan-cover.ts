import { planCoverAt, type PlanApprover, type PlanCover } from "../../domain/failover/plan-approval.ts";
import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { Drill } from "../../domain/failover/readiness.ts";
import type { Context } from "../shared/context.ts";
import { stillApproves } from "./permissions.ts";

/**
 * Whether the approval of a plan's present revision counts now: by its dates, by the rights of the people who gave it,
 * and because somebody else saved the revision. Of two people, those count who may still approve. `drill` replaces the last
 * drill on record.
 */
export async function planCover(
  ctx: Context,
  { plan, revision, savedBy }: SavedPlan,
  drill?: Drill,
): Promise<PlanCover> {
  const cover = await planCoverByDates(ctx, { plan, revision }, drill);
  if (!cover.isValid) return cover;
  const { approval } = cover;
  const approvers: PlanApprover[] = [];
  let isUnknown = false;
  for (const one of cover.approvers) {
    const isAuthor = savedBy.kind === "user" && savedBy.userId === one.by;
    if (isAuthor) continue;
    const by = { kind: "user", userId: one.by, workspaceId: ctx.workspace.id } as const;
    const permissions = await ctx.authorizer.permissions(by);
    if (stillApproves(permissions, one.onCall)) approvers.push(one);
    else isUnknown ||= permissions.unavailableReason !== undefined;
  }
  if (approvers.length > 0) return { ...cover, approvers };
  return { isValid: false, gap: isUnknown ? "approver_unknown" : "approver_may_not", approval };
}

/** The same by its dates alone, for work without Slack, which cannot ask what the person who gave it may do. */
export async function planCoverByDates(
  ctx: Context,
  { plan, revision }: Pick<SavedPlan, "plan" | "revision">,
  drill?: Drill,
): Promise<PlanCover> {
  const state = await ctx.workspace.planStates.find(plan.slug);
  return planCoverAt({ ...state, ...(drill ? { drill } : {}) }, revision, ctx.now());
}
