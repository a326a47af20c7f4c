import type { PlanState } from "../../domain/failover/readiness.ts";
import type { PlanStanding } from "../../domain/failover/standing.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { unexpiredFreezes } from "../restrictions/active-freezes.ts";
import type { Context } from "../shared/context.ts";
import { lastStanding, standingReader, type StandingOf } from "./plan-standing.ts";

/** A plan, and its standing if it was read for that. */
interface HomePlan {
  readonly slug: string;
  readonly isReady: boolean;
  readonly standing?: PlanStanding | undefined;
}

/** The failover plans that the App Home shows. */
export interface HomePlans {
  readonly notReady: readonly string[];
  /** Plans that are ready, but would not switch some of their numbers at this moment. */
  readonly hindered: readonly { readonly slug: string; readonly standing: PlanStanding }[];
}

/**
 * The plans that are not ready, and those that something stops now. The approval that a plan needs by design is no news.
 * Plans are long, so one is read only if its last check alone does not tell. Sends no request to a vendor.
 */
export async function plansForHome(ctx: Context): Promise<HomePlans> {
  const states = await ctx.workspace.planStates.list();
  if (states.length === 0) return { notReady: [], hindered: [] };
  const [standing, isQuiet] = await Promise.all([standingReader(ctx), nothingHinders(ctx)]);
  const plans: HomePlan[] = [];
  // One after the other, so that long plans share the event loop.
  for (const state of states) plans.push(await homePlan(ctx, state, { standing, isQuiet }));
  return {
    notReady: plans.flatMap(({ slug, isReady }) => (isReady ? [] : [slug])),
    hindered: plans.flatMap(({ slug, isReady, standing: own }) =>
      isReady && own?.isHindered ? [{ slug, standing: own }] : [],
    ),
  };
}

async function nothingHinders(ctx: Context): Promise<boolean> {
  const { audit, runs } = ctx.workspace;
  const [freezes, holders, unsettled] = await Promise.all([
    unexpiredFreezes(ctx),
    runs.holders(),
    audit.unsettled(),
  ]);
  return freezes.length + holders.length + unsettled.length === 0;
}

async function homePlan(
  ctx: Context,
  { slug, readiness, approval }: PlanState,
  { standing, isQuiet }: { readonly standing: StandingOf; readonly isQuiet: boolean },
): Promise<HomePlan> {
  const wasReady = (readiness?.count ?? 0) === 0;
  if (isQuiet && approval === undefined) return { slug, isReady: wasReady };
  try {
    const now = await lastStanding(standing, await ctx.workspace.plans.get(slug), readiness);
    return { slug, isReady: now ? now.repairCount === 0 : wasReady, standing: now };
  } catch (error) {
    // It cannot be read, as its last check found, or was removed just now.
    if (isProblem(error, "not_found")) return { slug, isReady: wasReady };
    throw error;
  }
}
