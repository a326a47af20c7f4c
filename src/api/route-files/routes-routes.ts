import { z } from "zod";
import { reachesConnection } from "../../domain/access/api-token.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { maxRoutes } from "../../domain/routes/routes-file.ts";
import { requesterOf } from "../../domain/runs/run.ts";
import type { FileFault } from "../../domain/text/file-form.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { routeChangeDocument, routeChangesOf } from "../../operations/documents/route-change-document.ts";
import { submitRoutes } from "../../operations/failover/submit-failover.ts";
import { planRoutes } from "../../operations/routes/plan-routes.ts";
import { showRoutesRun } from "../../operations/routes/show-routes-run.ts";
import type { Context } from "../../operations/shared/context.ts";
import { requiredKey } from "../changes/required-headers.ts";
import { runResource, runResourceOf } from "../runs/run-resource.ts";
import type { ApiAnswer } from "../server/api-answer.ts";
import { apiRoute, noParts, type ApiCall } from "../server/api-route.ts";
import { HttpProblemError } from "../server/http-problem.ts";
import { jsonPointer } from "../server/json-pointer.ts";
import { fingerprintOf, longestWaitMs, once } from "../server/once.ts";

/** As in a file of routes. That is also where connections, numbers and agents are checked, all at once. */
const route = z.strictObject({
  number: z.string().min(1).max(300).describe("The vendor's id"),
  connection: z.string().min(1).max(200).describe("Its name or id"),
  agent: z.string().min(1).max(2_000).nullable().optional().describe("null is nobody"),
  fields: z
    .record(z.string().min(1).max(100), z.string().max(10_000).nullable())
    .optional()
    .describe("The vendor's own fields by their ids; null clears one"),
});
const routes = z.array(route).max(maxRoutes);
const line = (most: number) => z.string().trim().min(1).max(most);
const applyInput = z.strictObject({
  routes,
  source: line(80).optional().describe("Who wants them, for the approver. The token's name by default"),
  commit: line(80).optional(),
  reason: z.string().max(2_000).optional(),
});
type ApplyInput = z.infer<typeof applyInput>;

const count = z.number().describe("How many numbers the routes name");

export const planRouteFile = apiRoute({
  method: "POST",
  path: "/v1/routes/plan",
  operationId: "planRoutes",
  summary: "What differs between routes and the numbers, read live. Changes nothing",
  scope: "read",
  input: z.object({ ...noParts, body: z.strictObject({ routes }) }),
  answers: {
    200: {
      name: "RoutesPlan",
      schema: z.object({ numbers: count, changes: z.array(routeChangeDocument) }),
      description: "The differences. What the routes do not name is not compared",
    },
  },
  problems: [413, 415],
  run: async ({ ctx, token }, { body }) => {
    const plan = await planRoutes(ctx, body, { reaches: (id) => reachesConnection(token, id) });
    if (plan.faults) throw invalidRoutes(plan.faults);
    const changes = await routeChangesOf(ctx, plan.steps);
    return { status: 200, body: { numbers: plan.numbers, changes } };
  },
});

export const applyRoutes = apiRoute({
  method: "POST",
  path: "/v1/routes/apply",
  operationId: "applyRoutes",
  summary:
    "Makes numbers what the routes say, as one run; with the scope propose, or if one is protected, asks people in Slack to approve it as a whole",
  scope: "propose",
  input: z.object({ ...noParts, body: applyInput }),
  requires: {
    "Idempotency-Key": "Unique for this run. A repeat with the same key gets the first answer, for a day",
  },
  answers: {
    200: {
      name: "RoutesInPlace",
      schema: z.object({ numbers: count }),
      description: "Nothing differs, so there is no run",
    },
    202: {
      name: "Run",
      schema: runResource,
      description: "The run has begun, or waits for approval: see its state",
      headers: { Location: "The run" },
    },
  },
  problems: [409, 413, 415, 423, 502, 503],
  run: async (call, { body }) => {
    const { ctx, token, headers } = call;
    const key = requiredKey(headers);
    await requireRoleAudited(ctx, "operator", "apply routes");
    const runId = ctx.newId("run");
    const fingerprint = fingerprintOf(["applyRoutes", body]);
    return once(
      ctx,
      { tokenId: token.id, key, changeId: runId, fingerprint },
      {
        act: async () => apply(call, body, runId),
        onRecord: async (id) => runOnRecord(ctx, id),
      },
    );
  },
});

async function apply({ ctx, token, hooks }: ApiCall, body: ApplyInput, runId: string): Promise<ApiAnswer> {
  const { source = token.name, commit, reason } = body;
  const notAfter = ctx.now().getTime() + longestWaitMs;
  const by = requesterOf(ctx.actor);
  const shown = await showRoutesRun(
    ctx,
    { routes: body.routes },
    {
      id: runId,
      by,
      source: { name: source, commit },
      reason,
      isProposal: token.scope !== "change",
      reaches: (id) => reachesConnection(token, id),
    },
  );
  if (shown.faults) throw invalidRoutes(shown.faults);
  if (!shown.run) return { status: 200, body: { numbers: shown.numbers } };
  if (ctx.now().getTime() > notAfter)
    throw new Problem("vendor_unavailable", "Reading the numbers took too long, so nothing was begun.");
  const submitted = await submitRoutes(ctx, runId, by);
  if (submitted.kind === "asked") hooks.askApprovers(ctx, submitted.approval);
  else hooks.carryOutRun(ctx, submitted.run);
  return answerOfRun(ctx, runId);
}

async function answerOfRun(ctx: Context, runId: string): Promise<ApiAnswer> {
  const body = await runResourceOf(ctx, await ctx.workspace.runs.get(runId));
  return { status: 202, body, headers: { location: `/v1/runs/${runId}` } };
}

/** A run that was shown and neither begun nor asked for did nothing. */
async function runOnRecord(ctx: Context, runId: string): Promise<ApiAnswer | undefined> {
  try {
    const answer = await answerOfRun(ctx, runId);
    const { state } = runResource.parse(answer.body);
    return state === "not_begun" ? undefined : answer;
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

/** Everything that is wrong with the routes, each by its place in the body. */
function invalidRoutes(faults: readonly FileFault[]): HttpProblemError {
  const errors = faults.map(({ path, message }) => ({
    in: "body",
    at: jsonPointer(path),
    message,
  }));
  const words = "These routes cannot be compared with the numbers: see errors. Nothing was changed.";
  return new HttpProblemError(422, "invalid_routes", words, { members: { errors } });
}
