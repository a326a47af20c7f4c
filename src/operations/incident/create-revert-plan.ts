import { revertTerms, type Run, type RunRequester } from "../../domain/runs/run.ts";
import type { Context } from "../shared/context.ts";
import { allIncidentChanges } from "./incident-changes.ts";
import { planRevertSteps } from "../runs/plan-revert.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/**
 * Plans the revert of everything that an incident changed, and stores the plan so that it can be confirmed exactly as
 * shown. For operators. Changes no number. Throws not_allowed, not_found and not_recorded.
 */
export async function createRevertPlan(ctx: Context, key: string, by: RunRequester): Promise<Run> {
  await requireRoleAudited(ctx, "operator", "revert incidents");
  const incident = await ctx.workspace.incidents.get(key);
  const steps = await planRevertSteps(ctx, await allIncidentChanges(ctx, incident.key));
  const id = ctx.newId("rev");
  await ctx.workspace.runs.show({
    id,
    kind: "revert",
    incident: incident.key,
    by,
    steps,
    terms: revertTerms,
  });
  return ctx.workspace.runs.get(id);
}
