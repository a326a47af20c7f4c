import type { Run } from "../../domain/runs/run.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";

/** The runs that are not over, with their steps, oldest first. For anyone who may see numbers. Throws not_allowed. */
export async function listLiveRuns(ctx: Context): Promise<readonly Run[]> {
  await requireRoleAudited(ctx, "viewer", "see runs");
  const { runs } = ctx.workspace;
  return Promise.all((await runs.live()).map(async ({ id }) => runs.get(id)));
}
