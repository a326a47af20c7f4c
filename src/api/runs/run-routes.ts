import { z } from "zod";
import { reachesConnection } from "../../domain/access/api-token.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { apiRoute, noParts } from "../server/api-route.ts";
import { runResource, runResourceOf } from "./run-resource.ts";

export const showRun = apiRoute({
  method: "GET",
  path: "/v1/runs/{id}",
  operationId: "showRun",
  summary: "A run and what became of each number. A token sees the runs all of whose numbers it reaches",
  scope: "read",
  input: z.object({ ...noParts, path: z.strictObject({ id: z.string().max(100) }) }),
  answers: { 200: { name: "Run", schema: runResource, description: "The run as it is now" } },
  problems: [404],
  run: async ({ ctx, token }, { path: { id } }) => {
    await requireRoleAudited(ctx, "viewer", "see runs");
    const run = await ctx.workspace.runs.get(id);
    if (!run.steps.every(({ key }) => reachesConnection(token, key.connectionId)))
      throw new Problem("not_found", "There is no such run.", { field: "run" });
    return { status: 200, body: await runResourceOf(ctx, run) };
  },
});
