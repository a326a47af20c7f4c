import { Problem } from "../domain/problem.ts";
import { recordRefusal } from "../operations/rights.ts";
import { context, escape, message, section, type Message } from "./block-kit.ts";
import { answerByUrl } from "./conversation.ts";
import { desk, type Desk } from "./desk.ts";
import { explain } from "./explain.ts";
import { readRequest, type SlackBody } from "./request.ts";
import type { Installed, Services } from "./services.ts";
import { bare } from "./words.ts";

/** One request from Slack, whatever its kind. `ack` answers it; for options and submissions with a payload. */
export interface Incoming<Answer> {
  readonly kind: "command" | "action" | "options" | "shortcut" | "view_submission" | "view_closed";
  readonly body: SlackBody;
  readonly installed: Installed | undefined;
  ack(answer?: Answer): Promise<void>;
  /** The answer that says so where there is no installation; without it there is nothing but the `response_url`. */
  away?(message: Message): Answer;
}

/** How long Slack waits for an ack before it tells the person that nothing happened, in milliseconds. */
const slackWaitsMs = 3_000;

/** What to do with a request, in two halves: what must be answered now, and what may take its time. */
export interface Halves<Answer> {
  /** The answer that goes with the ack, so it asks nobody but the store; options may take the 3 s that Slack gives them. */
  now?(at: Desk): Answer | undefined | Promise<Answer | undefined>;
  /** Runs after the ack. Not run when `now` returned an answer that ends the matter by `settled`. */
  later?(at: Desk, answer: Answer | undefined): Promise<void>;
  /** Where words go when it fails: by default to the person in the conversation. */
  fail?(at: Desk, message: Message, problem: Problem): Promise<void>;
}

/**
 * The one wrapper around every listener. It always acks, once, also when something fails before; a stranger gets
 * words and no more; every failure ends as words on the person's screen and a line in the log, with the same id.
 */
export async function attend<Answer>(
  services: Services,
  incoming: Incoming<Answer>,
  halves: Halves<Answer>,
): Promise<void> {
  const started = performance.now();
  const request = readRequest(incoming.body, () => services.newId("req"));
  const { installed } = incoming;
  if (!installed) {
    const { requestId } = request;
    const words = notInstalledMessage(requestId);
    await incoming.ack(incoming.away?.(words));
    services.log.warn({ requestId, kind: incoming.kind }, "request from a workspace without installation");
    const said = answerByUrl(request.conversation, words, { ...services, requestId });
    services.work.track(said);
    await said;
    return;
  }
  const at = desk(services, installed, request);
  const foreign = strangerProblem(incoming.body, installed);
  let answer: Answer | undefined;
  let failure: { readonly error: unknown } | undefined = foreign && { error: foreign };
  if (!foreign) {
    try {
      const answered = halves.now?.(at);
      answer = answered instanceof Promise ? await answered : answered;
    } catch (error) {
      failure = { error };
    }
  }
  await incoming.ack(answer);
  const ackMs = Math.round(performance.now() - started);
  services.metrics.acked(incoming.kind, ackMs);
  if (ackMs > slackWaitsMs)
    services.log.warn(
      { requestId: request.requestId, kind: incoming.kind, ackMs },
      "acked too late for Slack",
    );
  const rest = async (): Promise<void> => {
    try {
      if (foreign) await recordRefusal(at.ctx, { kind: "action.refused", reason: incoming.kind }, foreign);
      if (failure) await sayWhy(at, failure.error, halves);
      else await halves.later?.(at, answer);
    } catch (error) {
      await sayWhy(at, error, halves);
    } finally {
      const ms = Math.round(performance.now() - started);
      const { requestId, ids } = request;
      services.log.info(
        { requestId, ...ids, kind: incoming.kind, workspace: installed.workspaceId, ackMs, ms },
        "request",
      );
    }
  };
  const running = rest();
  services.work.track(running);
  await running;
}

async function sayWhy<Answer>(at: Desk, error: unknown, halves: Halves<Answer>): Promise<void> {
  const met = explain(at, error);
  at.ctx.log.warn({ requestId: at.ctx.requestId, problem: met.problem.code, err: error }, "not done");
  try {
    if (halves.fail) await halves.fail(at, met.message, met.problem);
    else await at.tell(met.message);
  } catch (failing) {
    at.ctx.log.error({ requestId: at.ctx.requestId, err: failing }, "words not delivered");
  }
}

/** Without an installation there is no token to speak with, and no log that it belongs in. */
function notInstalledMessage(id: string): Message {
  const words =
    "*Patchbay is not installed in your workspace*, or its installation cannot be opened. Nothing was changed. Ask an admin of your workspace to install it.";
  return message([section(words), context(`Id \`${escape(id)}\``)], `${bare(words)} Id ${id}`);
}

/** People of other organisations can click what they see in shared channels; nothing is done for them. */
function strangerProblem(body: SlackBody, installed: Installed): Problem | undefined {
  const theirTeam = body.user?.team_id ?? body.team_id;
  const theirEnterprise = body.enterprise?.id ?? body.enterprise_id;
  if (theirTeam === undefined || theirTeam === null || theirTeam === installed.teamId) return undefined;
  if (installed.enterpriseId && theirEnterprise === installed.enterpriseId) return undefined;
  return new Problem("not_allowed", "You are not a member of the workspace that this Patchbay belongs to.");
}
