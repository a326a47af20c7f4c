import {
  earlierApprovers,
  planCoverAt,
  planCoverOf,
  type LostApproval,
  type PlanApprover,
  type PlanCover,
} from "../../domain/failover/plan-approval.ts";
import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { Drill } from "../../domain/failover/readiness.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { RunTerms } from "../../domain/runs/run.ts";
import { personOf } from "../../domain/shared/actor.ts";
import type { Context } from "../shared/context.ts";
import { stillApproves } from "./permissions.ts";

/**
 * Whether the approval of a plan's present revision counts now: by its dates, by the rights of the people who gave it,
 * and because somebody else saved the revision. Of two people, those count who may still approve. `drill` replaces the last
 * drill on record.
 */
export async function planCover(ctx: Context, saved: SavedPlan, drill?: Drill): Promise<PlanCover> {
  const cover = await planCoverByDates(ctx, saved, drill);
  if (!cover.isValid) return cover;
  const { approvers, lost } = await whoStillMay(ctx, saved, cover.approvers);
  return planCoverOf(cover, approvers, lost);
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

/**
 * The earlier approval that one of this person would join, and who gave it: another person, for the same numbers of the same
 * revision, and it counts now. A drill is not asked for: it may follow. Undefined without one.
 */
export async function approvalToJoin(
  ctx: Context,
  saved: SavedPlan,
  numbers: readonly NumberKey[],
): Promise<{ readonly id: string; readonly first: PlanApprover } | undefined> {
  const { approval } = (await ctx.workspace.planStates.find(saved.plan.slug)) ?? {};
  const same = { revision: saved.revision, numbers: [...numbers] };
  const others = earlierApprovers(approval, same, ctx.now()).filter(({ by }) => by !== personOf(ctx.actor));
  const first = (await whoStillMay(ctx, saved, others)).approvers.at(-1);
  return approval && first && { id: approval.id, first };
}

/** The plan of a run as it is saved; undefined if it was changed or removed since. */
export async function planOfRun(ctx: Context, { plan }: RunTerms): Promise<SavedPlan | undefined> {
  try {
    const saved = plan && (await ctx.workspace.plans.get(plan.slug));
    return saved?.revision === plan?.revision ? saved : undefined;
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

/** Those of the people who approved a plan who may approve it now, and why the others do not count. */
async function whoStillMay(
  ctx: Context,
  { savedBy }: Pick<SavedPlan, "savedBy">,
  given: readonly PlanApprover[],
): Promise<{ readonly approvers: readonly PlanApprover[]; readonly lost: LostApproval }> {
  const approvers: PlanApprover[] = [];
  let isUnknown = false;
  for (const one of given) {
    const isAuthor = savedBy.kind === "user" && savedBy.userId === one.by;
    if (isAuthor) continue;
    const by = { kind: "user", userId: one.by, workspaceId: ctx.workspace.id } as const;
    const permissions = await ctx.authorizer.permissions(by);
    if (stillApproves(permissions, one.onCall)) approvers.push(one);
    else isUnknown ||= permissions.unavailableReason !== undefined;
  }
  return { approvers, lost: isUnknown ? "approver_unknown" : "approver_may_not" };
}
