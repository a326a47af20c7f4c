import { Problem } from "../../domain/problem.ts";
import { recordRefusal, type RefusedEvent } from "../../operations/access/permissions.ts";
import type { Message } from "../block-kit/blocks.ts";
import { answerByUrl } from "../context/messenger.ts";
import { requestContext, type RequestContext } from "../context/request-context.ts";
import { errorReply } from "./error-reply.ts";
import type { Limited } from "../context/rate-limits.ts";
import { readRequest, type SlackBody } from "./parse-request.ts";
import type { Installed } from "../context/installed.ts";
import type { SlackDeps } from "../context/services.ts";
import { notInstalledMessage, strangerProblem } from "./strangers.ts";

/** One request from Slack, whatever its kind. `ack` answers it; for options and submissions with a payload. */
export interface Incoming<Answer> {
  readonly kind: "command" | "action" | "options" | "shortcut" | "view_submission" | "view_closed";
  /** What is asked for: a verb, an action_id or a callback_id, as we name it and never as somebody typed it. */
  readonly act: string;
  readonly body: SlackBody;
  readonly installed: Installed | undefined;
  /** When it came in, by `performance.now()`. */
  readonly arrivedAtMs: number;
  ack(answer?: Answer): Promise<void>;
  /** The answer that says so where there is no installation; without it there is nothing but the `response_url`. */
  away?(message: Message): Answer;
  /** The answer that says why on the screen itself and keeps what is on it, where `now` has thrown. */
  keep?(message: Message): Answer | undefined;
}

/** What is known of a request when its work begins. */
interface Asked extends Pick<Incoming<unknown>, "kind" | "act"> {
  readonly claimKey: string;
}

/** How long Slack waits for an ack before it tells the person that nothing happened, in milliseconds. */
const slackWaitsMs = 3_000;

/** What counts each kind of request; a change itself is never held back. */
const limitOf: Readonly<Record<Incoming<unknown>["kind"], Limited | undefined>> = {
  command: "request",
  action: "request",
  shortcut: "request",
  options: "typeahead",
  view_submission: undefined,
  view_closed: undefined,
};

/** What an ack has decided: the answer that goes with it, and the command that runs after it. Without one nothing is left to do. */
export type Acked<Answer, Command> =
  | { readonly answer: Answer }
  | { readonly answer?: Answer | undefined; readonly command: Command };

/** What to do with a request: what must be answered now, and what may take its time. */
export interface Handler<Answer, Command> {
  /** Asks nobody but the store; options may take the 3 s that Slack gives them. */
  ack(req: RequestContext): Acked<Answer, Command> | Promise<Acked<Answer, Command>>;
  /** Runs after the ack. Once for each request, however often it comes, unless it only reads. */
  run(req: RequestContext, command: Command): Promise<void>;
  /** Whether `run` changes nothing that is kept, and may therefore run again for the same request. */
  readonly readsOnly?: boolean;
  /** What counts it beside what counts its kind. */
  readonly limit?: Limited | undefined;
  /** What the audit log says of it where it came in before. */
  repeated?(command: Command): RefusedEvent | undefined;
  /** Where words go when it fails: by default to the person in the conversation. */
  onError?(req: RequestContext, failure: Failure, command: Command | undefined): Promise<void>;
}

/** Why a request came to nothing, and the words for it. */
export interface Failure {
  readonly message: Message;
  readonly problem: Problem;
}

/**
 * The one wrapper around every listener. It always acks, once, also when something fails before; a stranger gets
 * words and no more; every failure ends as words on the person's screen and a line in the log, with the same id. Here alone
 * limits are spent, before anything is written down, and here alone a request that changes something is claimed.
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
    const { requestId } = request;
    const words = notInstalledMessage(requestId);
    await incoming.ack(incoming.away?.(words));
    deps.log.warn({ requestId, kind: incoming.kind }, "request from a workspace without installation");
    const said = answerByUrl(request.conversation, words, { ...deps, requestId });
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
  if (ackMs > slackWaitsMs)
    req.ctx.log.warn(
      { requestId: request.requestId, kind: incoming.kind, ackMs },
      "acked too late for Slack",
    );
  const rest = async (): Promise<void> => {
    try {
      if ("foreign" in decided) await refuseStranger(req, incoming.kind, decided.foreign);
      else if ("error" in decided) throw decided.error;
      else if ("command" in decided)
        await carryOut(req, { ...incoming, claimKey: request.claimKey }, handler, decided.command);
    } catch (error) {
      const command = "command" in decided ? decided.command : undefined;
      // Errors that the answer has put at the inputs of a form are said.
      const isSaid = "error" in decided && decided.answer !== undefined;
      await sayWhy(req, error, handler, command, isSaid);
    } finally {
      const ms = Math.round(performance.now() - started);
      const { requestId, ids } = request;
      deps.log.info(
        { requestId, ...ids, kind: incoming.kind, workspace: installed.workspaceId, ackMs, ms },
        "request",
      );
    }
  };
  const running = rest();
  deps.backgroundTasks.track(running);
  await running;
}

/** What the ack decides, or that it has failed; then the answer says so on the screen where that can be. */
async function decide<Answer, Command>(
  req: RequestContext,
  { kind, keep }: Incoming<Answer>,
  handler: Handler<Answer, Command>,
): Promise<Acked<Answer, Command> | { readonly answer: Answer | undefined; readonly error: unknown }> {
  try {
    // The only kind whose work is done before its ack.
    if (kind === "options") consume(req, "typeahead");
    const acked = handler.ack(req);
    return acked instanceof Promise ? await acked : acked;
  } catch (error) {
    return { error, answer: keep?.(errorReply(req, error).message) };
  }
}

async function refuseStranger(req: RequestContext, reason: string, problem: Problem): Promise<never> {
  consume(req, "foreign");
  await recordRefusal(req.ctx, { kind: "action.refused", reason }, problem);
  throw problem;
}

/** Everything that comes between the ack and the work, in this order: limits and the claim. */
async function carryOut<Answer, Command>(
  req: RequestContext,
  { kind, act, claimKey }: Asked,
  handler: Handler<Answer, Command>,
  command: Command,
): Promise<void> {
  for (const limit of [limitOf[kind], handler.limit]) if (limit && limit !== "typeahead") consume(req, limit);
  if (!handler.readsOnly && !(await req.ctx.workspace.claim(`request:${claimKey}`))) {
    const words = "Patchbay already received this request. It is running or done.";
    const again = new Problem("already_requested", words);
    const event = handler.repeated?.(command) ?? { kind: "action.refused", reason: act };
    await recordRefusal(req.ctx, event, again);
    throw again;
  }
  await handler.run(req, command);
}

function consume({ deps, ctx, conversation }: RequestContext, limit: Limited): void {
  deps.memory.rateLimits.consume(limit, { workspaceId: ctx.workspace.id, userId: conversation.userId });
}

async function sayWhy<Answer, Command>(
  req: RequestContext,
  error: unknown,
  handler: Handler<Answer, Command>,
  command: Command | undefined,
  isSaid: boolean,
): Promise<void> {
  const failure = errorReply(req, error);
  const { problem, message: words } = failure;
  req.ctx.log.warn(
    { requestId: req.ctx.requestId, problem: problem.code, field: problem.details.field, err: error },
    "not done",
  );
  if (isSaid) return;
  try {
    if (handler.onError) await handler.onError(req, failure, command);
    else await req.replyPrivately(words);
  } catch (failing) {
    req.ctx.log.error({ requestId: req.ctx.requestId, err: failing }, "words not delivered");
  }
}
