import { z } from "zod";
import { reachesConnection, type ApiToken } from "../../domain/access/api-token.ts";
import { membersOf, type SavedPlan } from "../../domain/failover/plan.ts";
import { standingText } from "../../domain/failover/standing.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { drillPlan } from "../../operations/failover/drill-plan.ts";
import { listPlans } from "../../operations/failover/list-plans.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { apiRoute, noParts } from "../server/api-route.ts";

/** A failover plan. */
const planResource = z.object({
  slug: z.string(),
  title: z.string(),
  when: z.string().optional(),
  /** The address of its runbook. */
  runbook: z.string().optional(),
  revision: z.number(),
  numbers: z.number(),
  /** Missing if it was never checked. */
  isReady: z.boolean().optional(),
  /** Why it is ready or not, in one line. */
  standing: z.string(),
  /** Its run that is not over. */
  run: z.object({ id: z.string(), state: z.string() }).optional(),
});

/** What a failover would do now. */
const drillResource = z.object({
  plan: z.string(),
  revision: z.number(),
  at: z.iso.datetime(),
  /** How many of its numbers would be switched at once, and how many it has. */
  ready: z.number(),
  of: z.number(),
  isReady: z.boolean(),
  standing: z.string(),
});

export const listFailoverPlans = apiRoute({
  method: "GET",
  path: "/v1/plans",
  operationId: "listPlans",
  summary:
    "The failover plans, and whether they are ready. A token sees the plans all of whose numbers it reaches",
  scope: "read",
  input: z.object(noParts),
  answers: {
    200: { name: "PlanList", schema: z.object({ plans: z.array(planResource) }), description: "The plans" },
  },
  problems: [],
  run: async ({ ctx, token }) => {
    const { plans } = await listPlans(ctx);
    const reached = plans.filter(({ saved }) => reachesPlan(token, saved));
    return {
      status: 200,
      body: {
        plans: reached.map(({ saved, standing, isChecked, live }) => ({
          slug: saved.plan.slug,
          title: saved.plan.title,
          when: saved.plan.when,
          runbook: saved.plan.runbook,
          revision: saved.revision,
          numbers: membersOf(saved.plan).length,
          isReady: isChecked ? standing.repairCount === 0 : undefined,
          standing: standingText(standing),
          run: live && { id: live.id, state: live.state },
        })),
      },
    };
  },
});

export const drillFailoverPlan = apiRoute({
  method: "POST",
  path: "/v1/plans/{plan}/drill",
  operationId: "drillPlan",
  summary: "Reads everything that a failover would read, and says whether it would work. Changes nothing",
  scope: "propose",
  input: z.object({ ...noParts, path: z.strictObject({ plan: z.string().max(100) }) }),
  answers: { 200: { name: "Drill", schema: drillResource, description: "What the drill found" } },
  problems: [404, 503],
  run: async ({ ctx, token }, { path: { plan: slug } }) => {
    await requireRoleAudited(ctx, "operator", "drill failovers");
    const found = (await ctx.workspace.plans.listReadable()).plans.find(({ plan }) => plan.slug === slug);
    if (!found || !reachesPlan(token, found))
      throw new Problem("not_found", "There is no such failover plan.", { field: "plan" });
    const { saved, drill, standing } = await drillPlan(ctx, slug);
    const { at, ready, of, isGreen } = drill;
    return {
      status: 200,
      body: {
        plan: saved.plan.slug,
        revision: saved.revision,
        at,
        ready,
        of,
        isReady: isGreen,
        standing: standingText(standing),
      },
    };
  },
});

function reachesPlan(token: ApiToken, { plan }: SavedPlan): boolean {
  return membersOf(plan).every(({ connectionId }) => reachesConnection(token, connectionId));
}
