import { Problem } from "../../domain/problem.ts";
import { recordRefusal, type RefusedEvent } from "../../operations/access/permissions.ts";
import { code, context, type Message, message, section } from "../block-kit/blocks.ts";
import { answerByUrl } from "../context/messenger.ts";
import { requestContext, type RequestContext } from "../context/request-context.ts";
import { errorReply } from "./error-reply.ts";
import type { Limited } from "../context/rate-limits.ts";
import { readRequest, type SlackBody } from "./parse-request.ts";
import type { Installed } from "../context/installed.ts";
import type { SlackDeps } from "../context/services.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

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
  readonly foreign: Problem | undefined;
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

/** What to do with a request, in two halves: what must be answered now, and what may take its time. */
export interface Handler<Answer> {
  /** The answer that goes with the ack, so it asks nobody but the store; options may take the 3 s that Slack gives them. */
  ack?(req: RequestContext): Answer | undefined | Promise<Answer | undefined>;
  /**
   * Runs after the ack, and not for a form whose answer is errors: that is still being filled in. Once for each request,
   * however often it comes, unless it only reads.
   */
  run?(req: RequestContext, answer: Answer | undefined): Promise<void>;
  /** Whether `later` changes nothing that is kept, and may therefore run again for the same request. */
  readonly readsOnly?: boolean;
  /** What counts it beside what counts its kind. */
  readonly limit?: Limited;
  /** What the audit log says of it where it came in before. */
  repeated?(): RefusedEvent;
  /** Where words go when it fails: by default to the person in the conversation. */
  onError?(req: RequestContext, message: Message, problem: Problem): Promise<void>;
}

/**
 * The one wrapper around every listener. It always acks, once, also when something fails before; a stranger gets
 * words and no more; every failure ends as words on the person's screen and a line in the log, with the same id. Here alone
 * limits are spent, before anything is written down, and here alone a request that changes something is claimed.
 */
export async function handleRequest<Answer>(
  deps: SlackDeps,
  incoming: Incoming<Answer>,
  halves: Handler<Answer>,
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
  let answer: Answer | undefined;
  let failure: { readonly error: unknown } | undefined = foreign && { error: foreign };
  if (!foreign) {
    try {
      // The only kind whose work is done before its ack.
      if (incoming.kind === "options") consume(req, "typeahead");
      const answered = halves.ack?.(req);
      answer = answered instanceof Promise ? await answered : answered;
    } catch (error) {
      failure = { error };
      answer = incoming.keep?.(errorReply(req, error).message);
    }
  }
  await incoming.ack(answer);
  const ackMs = Math.round(performance.now() - started);
  deps.metrics.acked(incoming.kind, ackMs);
  if (ackMs > slackWaitsMs)
    req.ctx.log.warn(
      { requestId: request.requestId, kind: incoming.kind, ackMs },
      "acked too late for Slack",
    );
  const rest = async (): Promise<void> => {
    try {
      if (failure && !foreign) await sayWhy(req, failure.error, halves, sendsBack(answer));
      else if (!isFinished(incoming.kind, answer))
        await carryOut(req, { ...incoming, foreign, claimKey: request.claimKey }, halves, answer);
    } catch (error) {
      await sayWhy(req, error, halves);
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

/** Whether nothing is left to do: the ack had the whole answer, or the person has to correct a form first. */
function isFinished(kind: Incoming<unknown>["kind"], answer: unknown): boolean {
  if (answer === undefined) return false;
  if (kind !== "view_submission") return true;
  return sendsBack(answer);
}

/** Whether an answer leaves a form on the screen, with errors at its inputs. */
function sendsBack(answer: unknown): boolean {
  return (
    typeof answer === "object" &&
    answer !== null &&
    "response_action" in answer &&
    answer.response_action === "errors"
  );
}

/** Everything that comes between the ack and the work, in this order: limits, refusals, the claim. */
async function carryOut<Answer>(
  req: RequestContext,
  { kind, act, foreign, claimKey }: Asked,
  halves: Handler<Answer>,
  answer: Answer | undefined,
): Promise<void> {
  const limits = foreign ? (["foreign"] as const) : [limitOf[kind], halves.limit];
  for (const limit of limits) if (limit && limit !== "typeahead") consume(req, limit);
  if (foreign) {
    await recordRefusal(req.ctx, { kind: "action.refused", reason: kind }, foreign);
    throw foreign;
  }
  if (!halves.run) return;
  if (!halves.readsOnly && !(await req.ctx.workspace.claim(`request:${claimKey}`))) {
    const words = "This request came in before and is being carried out, or has been.";
    const again = new Problem("already_requested", words);
    await recordRefusal(req.ctx, halves.repeated?.() ?? { kind: "action.refused", reason: act }, again);
    throw again;
  }
  await halves.run(req, answer);
}

function consume({ deps, ctx, conversation }: RequestContext, limit: Limited): void {
  deps.memory.rateLimits.consume(limit, { workspaceId: ctx.workspace.id, userId: conversation.userId });
}

async function sayWhy<Answer>(
  req: RequestContext,
  error: unknown,
  halves: Handler<Answer>,
  isSaid = false,
): Promise<void> {
  const met = errorReply(req, error);
  const { problem } = met;
  req.ctx.log.warn(
    { requestId: req.ctx.requestId, problem: problem.code, field: problem.details.field, err: error },
    "not done",
  );
  if (isSaid) return;
  try {
    if (halves.onError) await halves.onError(req, met.message, met.problem);
    else await req.replyPrivately(met.message);
  } catch (failing) {
    req.ctx.log.error({ requestId: req.ctx.requestId, err: failing }, "words not delivered");
  }
}

/** Without an installation there is no token to speak with, and no log that it belongs in. */
function notInstalledMessage(id: string): Message {
  const words =
    "*Patchbay is not installed in your workspace*, or its installation cannot be opened. Nothing was changed. Ask an admin of your workspace to install it.";
  return message([section(words), context(`Id ${code(id)}`)], `${stripMrkdwn(words)} Id ${id}`);
}

/** People of other organisations can click what they see in shared channels; nothing is done for them. */
function strangerProblem(body: SlackBody, installed: Installed): Problem | undefined {
  const theirTeam = body.user?.team_id ?? body.team_id;
  const theirEnterprise = body.enterprise?.id ?? body.enterprise_id;
  if (theirTeam === undefined || theirTeam === null || theirTeam === installed.teamId) return undefined;
  if (installed.enterpriseId && theirEnterprise === installed.enterpriseId) return undefined;
  return new Problem("not_allowed", "You are not a member of the workspace that this Patchbay belongs to.");
}
