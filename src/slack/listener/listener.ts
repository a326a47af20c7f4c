import { Problem } from "../../domain/problem/problem.ts";
import type { SpanFacts } from "../../domain/ports/tracer.ts";
import { problemCodeOf } from "../../operations/shared/traced.ts";
import { recordRefusal } from "../../operations/access/permissions.ts";
import { replyByUrl } from "../context/reply-by-url.ts";
import { requestContext, type RequestContext } from "../context/request-context.ts";
import { errorReply } from "./error-reply.ts";
import type { Limited } from "../context/rate-limits.ts";
import { readRequest } from "./parse-request.ts";
import type { SlackDeps } from "../context/services.ts";
import { notInstalledMessage, strangerProblem } from "./strangers.ts";
import type { Incoming, Acked, Handler } from "./handler.ts";

/** What is known about a request before its work starts. */
interface Asked extends Pick<Incoming<unknown>, "kind" | "act"> {
  readonly claimKey: string;
}

/** How long Slack waits for an ack before it shows the person an error, in milliseconds. */
const slackWaitsMs = 3_000;

/** The rate limit for each kind of request. A change itself is never limited. */
const limitOf: Readonly<Record<Incoming<unknown>["kind"], Limited | undefined>> = {
  command: "request",
  action: "request",
  shortcut: "request",
  mention: "request",
  options: "typeahead",
  view_submission: undefined,
  view_closed: undefined,
};

/**
 * The only wrapper around listeners. It always acks exactly once, even if something fails before. People without an
 * installation only get a message. Every failure becomes a message on the person's screen and a line in the log, with
 * the same id. Only this wrapper applies rate limits, before anything is recorded, and claims requests that change
 * something.
 */
export async function handleRequest<Answer, Command>(
  deps: SlackDeps,
  incoming: Incoming<Answer>,
  handler: Handler<Answer, Command>,
): Promise<void> {
  const started = incoming.arrivedAtMs;
  const request = readRequest(incoming.body, () => deps.newId("req"));
  const { installed } = incoming;
  if (!installed) {
    const { log, slackApiUrl } = deps;
    const { requestId } = request;
    const words = notInstalledMessage(requestId);
    await incoming.ack(incoming.answerIfNotInstalled?.(words));
    log.warn({ requestId, kind: incoming.kind }, "request from a workspace without installation");
    const said = replyByUrl(request.conversation, words, { log, slackApiUrl, requestId });
    deps.backgroundTasks.track(said);
    await said;
    return;
  }
  const req = requestContext(deps, installed, {
    ...request,
    asked: { act: `${incoming.kind} ${incoming.act}`, content: request.content },
  });
  const foreign = strangerProblem(incoming.body, installed);
  const decided = foreign ? { foreign } : await decide(req, incoming, handler);
  await incoming.ack("foreign" in decided ? undefined : decided.answer);
  const ackMs = Math.round(performance.now() - started);
  deps.metrics.acked(incoming.kind, ackMs);
  deps.tracer.ended(request.requestId, { name: "ack", ms: ackMs });
  if (ackMs > slackWaitsMs)
    req.ctx.log.warn(
      { requestId: request.requestId, kind: incoming.kind, ackMs },
      "acked too late for Slack",
    );
  const rest = async (): Promise<void> => {
    let problem: SpanFacts["problem"];
    try {
      if ("foreign" in decided) await refuseStranger(req, incoming.kind, decided.foreign);
      else if ("error" in decided) throw decided.error;
      else if ("command" in decided)
        await carryOut(req, { ...incoming, claimKey: request.claimKey }, handler, decided.command);
    } catch (error) {
      problem = problemCodeOf(error);
      const command = "command" in decided ? decided.command : undefined;
      // Errors at the inputs of a form were shown already.
      const isShown = "error" in decided && decided.answer !== undefined;
      await reportFailure(req, error, handler, command, isShown);
    } finally {
      const ms = Math.round(performance.now() - started);
      const { requestId, ids } = request;
      deps.log.info(
        { requestId, ...ids, kind: incoming.kind, workspace: installed.workspaceId, ackMs, ms },
        "request",
      );
      const facts = { workspace: installed.workspaceId, problem };
      deps.tracer.ended(requestId, {
        name: `slack ${incoming.kind} ${incoming.act}`,
        isRoot: true,
        ms,
        facts,
      });
    }
  };
  const running = rest();
  deps.backgroundTasks.track(running);
  await running;
}

/** The decision of the ack. If it failed, the response shows that in the view, if possible. */
async function decide<Answer, Command>(
  req: RequestContext,
  { kind, answerIfFailed }: Incoming<Answer>,
  handler: Handler<Answer, Command>,
): Promise<Acked<Answer, Command> | { readonly answer: Answer | undefined; readonly error: unknown }> {
  try {
    // Options do their work before the ack.
    if (kind === "options") await consume(req, "typeahead");
    const acked = handler.ack(req);
    return acked instanceof Promise ? await acked : acked;
  } catch (error) {
    return { error, answer: answerIfFailed?.(errorReply(req, error).message) };
  }
}

async function refuseStranger(req: RequestContext, reason: string, problem: Problem): Promise<never> {
  await consume(req, "foreign");
  await recordRefusal(req.ctx, { kind: "action.refused", reason }, problem);
  throw problem;
}

/** The steps between the ack and the work, in this order: rate limits and the claim. */
async function carryOut<Answer, Command>(
  req: RequestContext,
  { kind, act, claimKey }: Asked,
  handler: Handler<Answer, Command>,
  command: Command,
): Promise<void> {
  for (const limit of [limitOf[kind], handler.limit])
    if (limit && limit !== "typeahead") await consume(req, limit);
  if (!handler.readsOnly && !(await req.ctx.workspace.claim(`request:${claimKey}`))) {
    const words = "Patchbay already received this request. It is running or done.";
    const again = new Problem("already_requested", words);
    const event = handler.repeated?.(command) ?? { kind: "action.refused", reason: act };
    await recordRefusal(req.ctx, event, again);
    throw again;
  }
  await handler.run(req, command);
}

async function consume({ deps, ctx, conversation }: RequestContext, limit: Limited): Promise<void> {
  await deps.memory.rateLimits.consume(limit, { workspaceId: ctx.workspace.id, userId: conversation.userId });
}

async function reportFailure<Answer, Command>(
  req: RequestContext,
  error: unknown,
  handler: Handler<Answer, Command>,
  command: Command | undefined,
  isShown: boolean,
): Promise<void> {
  const failure = errorReply(req, error);
  const { problem, message: words } = failure;
  req.ctx.log.warn(
    { requestId: req.ctx.requestId, problem: problem.code, field: problem.details.field, err: error },
    "request failed",
  );
  if (isShown) return;
  try {
    if (handler.onError) await handler.onError(req, failure, command);
    else await req.replyPrivately(words);
  } catch (failing) {
    req.ctx.log.error({ requestId: req.ctx.requestId, err: failing }, "failure not reported");
  }
}
