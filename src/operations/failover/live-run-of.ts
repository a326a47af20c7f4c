import { whyUnreadable } from "../../domain/failover/plans.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";

/** The id of the run of a plan that is not over, for an operator. Throws not_allowed and not_found. */
export async function liveRunOf(ctx: Context, slug: string): Promise<string> {
  await requireRoleAudited(ctx, "operator", "run failovers");
  const { plans, runs } = ctx.workspace;
  const live = await runs.liveReadable();
  const found = live.runs.findLast(({ terms }) => terms.plan?.slug === slug);
  if (found) return found.id;
  const { plan } = await plans.get(slug);
  if (live.unreadable.length > 0)
    throw new Problem("not_found", `A run that goes on cannot be read. ${whyUnreadable}`, { field: "plan" });
  throw new Problem("not_found", `No run of the plan ${plan.slug} is going on.`, { field: "plan" });
}

/**
 * The id of the run of a plan to take back: the one that is not over, or else the last one if it was stopped, for an
 * operator. Throws not_allowed and not_found.
 */
export async function runToFailBack(ctx: Context, slug: string): Promise<string> {
  await requireRoleAudited(ctx, "operator", "take runs back");
  const { runs } = ctx.workspace;
  const isLive = (await runs.live()).some(({ terms }) => terms.plan?.slug === slug);
  const last = isLive ? undefined : await runs.lastOf(slug);
  const id = last?.returns ?? last?.id;
  return id !== undefined && (await isStopped(ctx, id)) ? id : liveRunOf(ctx, slug);
}

async function isStopped({ workspace }: Context, runId: string): Promise<boolean> {
  try {
    return (await workspace.runs.getState(runId)).state === "stopped";
  } catch (error) {
    // Runs that are over are forgotten after a while.
    if (isProblem(error, "not_found")) return false;
    throw error;
  }
}
