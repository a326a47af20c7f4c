import { slugFault } from "../../domain/failover/plan-words.ts";
import type { Plan, SavedPlan } from "../../domain/failover/plan.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { recordRefusal, requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";

const act = "manage failover plans";

/**
 * Saves a failover plan as its next revision, for an admin, with its entry. `expected` is the revision that the person
 * saw (0: none). Throws not_allowed, invalid_input, conflict and not_recorded.
 */
export async function savePlan(ctx: Context, plan: Plan, expected?: number): Promise<SavedPlan> {
  await requireRoleAudited(ctx, "admin", act);
  return refusedOnRecord(ctx, async () => {
    const fault = await newSlugFault(ctx, plan.slug);
    if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "plan" });
    const known = new Set((await ctx.workspace.connections.list()).map(({ id }) => id));
    const isKnown = plan.tiers.every(({ members }) =>
      members.every(({ connectionId }) => known.has(connectionId)),
    );
    if (!isKnown)
      throw new Problem("not_found", "A connection of this plan is no longer there.", {
        field: "connection",
      });
    return ctx.workspace.plans.save(plan, { actor: ctx.actor, requestId: ctx.requestId }, expected);
  });
}

/** Why no plan can be saved under this name. A plan that has it since before it was a word of the commands keeps it. */
export async function newSlugFault(ctx: Context, slug: string): Promise<string | undefined> {
  const fault = slugFault(slug);
  if (fault === undefined) return undefined;
  const { plans, unreadable } = await ctx.workspace.plans.listReadable();
  const isSaved = [...plans.map(({ plan }) => plan), ...unreadable].some((saved) => saved.slug === slug);
  return isSaved ? undefined : fault;
}

/** One plan, for anyone who may see numbers. Throws not_allowed and not_found. */
export async function getPlan(ctx: Context, slug: string): Promise<SavedPlan> {
  await requireRoleAudited(ctx, "viewer", "see failover plans");
  return ctx.workspace.plans.get(slug);
}

async function refusedOnRecord<Result>(ctx: Context, save: () => Promise<Result>): Promise<Result> {
  try {
    return await save();
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: act }, error);
    throw error;
  }
}

/** Removes a failover plan, for an admin, with its entry. Throws not_allowed, not_found, conflict and not_recorded. */
export async function removePlan(ctx: Context, slug: string, revision: number): Promise<void> {
  await requireRoleAudited(ctx, "admin", act);
  await refusedOnRecord(ctx, async () =>
    ctx.workspace.plans.remove(slug, revision, { actor: ctx.actor, requestId: ctx.requestId }),
  );
}
