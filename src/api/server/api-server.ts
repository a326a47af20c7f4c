import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { queryOf, urlOf } from "./request-url.ts";
import { scopeIsEnough, tokenActor } from "../../domain/access/api-token.ts";
import type { Actor } from "../../domain/shared/actor.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Tracer } from "../../domain/ports/tracer.ts";
import type { Store } from "../../domain/ports/store.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { limitedServer, type LimitedServerOptions } from "../../http/limited-server.ts";
import { recordRefusal } from "../../operations/access/permissions.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { Asked } from "../../operations/shared/refusal-summary.ts";
import { authenticateToken, type AuthenticatedToken } from "../../operations/tokens/authenticate-token.ts";
import { tokenAuthorizer } from "../../operations/tokens/token-permissions.ts";
import type { ApiAnswer } from "./api-answer.ts";
import type { ApiHooks, ApiRoute } from "./api-route.ts";
import { bearerOf, unauthorized } from "./bearer.ts";
import { answerOfProblem, HttpProblemError, problemAnswer, retryHeader } from "./http-problem.ts";
import { jsonBodies, type JsonBodies } from "./json-body.ts";
import { router, type RouteMatch } from "./router.ts";
import { sendAnswer } from "./send-answer.ts";
import type { RequestRates } from "../../operations/shared/fixed-window-counter.ts";

/** How many requests a token may send within a minute. */
export const mostPerMinute = 60;

/** What the API needs of the process. */
export interface ApiServerOptions extends LimitedServerOptions, ApiHooks {
  readonly store: Pick<Store, "tokenByHash" | "workspace">;
  readonly log: Log;
  readonly tracer: Tracer;
  readonly rates: RequestRates;
  readonly routes: readonly ApiRoute[];
  /** The OpenAPI document as JSON, which anybody may read. */
  readonly document: string;
  /** Whether an error says that the database cannot be used at the moment. */
  isDatabaseFault(error: unknown): boolean;
  now(): Date;
  newId(prefix: string): string;
  /** A context in which people have the rights that they have in the workspace now. */
  contextFor(workspaceId: string, actor: Actor, requestId: string, asked: Asked): Promise<Context>;
  /** Counts a request as running work, which a stopping server waits for. */
  track(work: Promise<unknown>): void;
}

/** When a caller may try again after a database failed, in milliseconds. */
const databaseRetryMs = 2_000;
const databaseWords =
  "Patchbay's database does not answer at the moment. Send the same request again: with its Idempotency-Key, no change is sent twice.";

/** What is known of a request while it runs, for the log. */
interface Logged {
  workspace?: string;
  token?: string;
  operation?: string;
}

const documentPath = "/v1/openapi.json";

/** The HTTP API. Does not listen yet. */
export function apiServer(options: ApiServerOptions): Server {
  const { log, track, newId } = options;
  const find = router(options.routes);
  const bodies = jsonBodies();
  return limitedServer(options, (request, response) => {
    const requestId = newId("req");
    track(
      serve(options, { find, bodies, requestId }, request, response).catch((err: unknown) => {
        // The caller has gone away. What it asked for is on record.
        log.warn({ requestId, err }, "api request not answered");
        response.destroy();
      }),
    );
  });
}

interface Serving {
  readonly find: ReturnType<typeof router>;
  readonly bodies: JsonBodies;
  readonly requestId: string;
}

async function serve(
  options: ApiServerOptions,
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const logged: Logged = {};
  const begun = performance.now();
  const answer = await answerOrProblem(options, serving, request, logged);
  const ms = Math.round(performance.now() - begun);
  const { requestId } = serving;
  // Never the URL or a header: a caller may have put a secret there.
  options.log.info(
    { requestId, ...logged, method: request.method, status: answer.status, ms },
    "api request",
  );
  const { operation = "unknown", workspace } = logged;
  const facts = { workspace, status: answer.status };
  options.tracer.ended(requestId, { name: `api ${operation}`, isRoot: true, ms, facts });
  sendAnswer(request, response, requestId, answer);
}

async function answerOrProblem(
  options: ApiServerOptions,
  serving: Serving,
  request: IncomingMessage,
  logged: Logged,
): Promise<ApiAnswer> {
  const { requestId } = serving;
  try {
    return await respond(options, serving, request, logged);
  } catch (error) {
    if (isProblem(error)) return answerOfProblem(error, { requestId });
    if (error instanceof HttpProblemError)
      return problemAnswer(
        error.status,
        error.code,
        error.message,
        { requestId, ...error.members },
        error.headers,
      );
    options.log.error({ requestId, err: error }, "api request failed");
    if (options.isDatabaseFault(error))
      return problemAnswer(
        503,
        "database_unavailable",
        databaseWords,
        { requestId },
        retryHeader(databaseRetryMs),
      );
    const words =
      "Something inside Patchbay failed. Its log has the details under this request id. Send the same request again: with its Idempotency-Key, no change is sent twice.";
    return problemAnswer(500, "bug", words, { requestId });
  }
}

async function respond(
  options: ApiServerOptions,
  { find, bodies, requestId }: Serving,
  request: IncomingMessage,
  logged: Logged,
): Promise<ApiAnswer> {
  const { pathname, searchParams } = urlOf(request);
  if (pathname === documentPath && (request.method === "GET" || request.method === "HEAD"))
    return { status: 200, body: options.document };
  const authenticated = await authenticateToken(options, bearerOf(request));
  if (!authenticated) throw unauthorized();
  const { token, workspaceId } = authenticated;
  Object.assign(logged, { workspace: workspaceId, token: token.id });
  await limitRate(options.rates, authenticated);
  const matched = find(request.method ?? "", pathname);
  const { route, params } = matched;
  logged.operation = route.operationId;
  const ctx = await contextOf(options, authenticated, { matched, requestId });
  await requireScope(ctx, authenticated, route);
  const parts = {
    path: params,
    query: queryOf(searchParams),
    body: route.method === "POST" ? await bodies.read(request) : undefined,
  };
  return route.run({ ctx, token, hooks: options, headers: request.headers, parts });
}

async function limitRate(rates: RequestRates, { workspaceId, token }: AuthenticatedToken): Promise<void> {
  const waitMs = await rates.add(workspaceId, token.id);
  if (waitMs === undefined) return;
  throw new HttpProblemError(
    429,
    "too_many_requests",
    `A token may send ${mostPerMinute} requests within a minute. Nothing was changed.`,
    { headers: retryHeader(waitMs) },
  );
}

async function contextOf(
  options: ApiServerOptions,
  { workspaceId, token }: AuthenticatedToken,
  { matched, requestId }: { readonly matched: RouteMatch; readonly requestId: string },
): Promise<Context> {
  const { route, params } = matched;
  const asked = { act: `api ${route.operationId}`, content: JSON.stringify(params) };
  const ctx = await options.contextFor(workspaceId, tokenActor(token), requestId, asked);
  return { ...ctx, authorizer: tokenAuthorizer(ctx.authorizer, token, ctx.workspace) };
}

/** Throws not_allowed, with its entry. */
async function requireScope(ctx: Context, { token }: AuthenticatedToken, { scope }: ApiRoute): Promise<void> {
  if (scopeIsEnough(token.scope, scope)) return;
  const refusal = new Problem(
    "not_allowed",
    `This token has the scope ${token.scope}. This takes the scope ${scope}.`,
    { field: "scope" },
  );
  await recordRefusal(ctx, { kind: "action.refused", reason: "use the API beyond a token's scope" }, refusal);
  throw refusal;
}
