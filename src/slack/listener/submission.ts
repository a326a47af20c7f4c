import type { ViewResponseAction } from "@slack/bolt";
import { z } from "zod";
import type { RefusedEvent } from "../../operations/access/permissions.ts";
import type { Limited } from "../context/rate-limits.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { loadState, storeLongState } from "../forms/stored-state.ts";
import type { SubmittedView } from "../forms/text-modal.ts";
import { handleRequest } from "./listener.ts";
import { json } from "../block-kit/typed-value.ts";
import type { Acked, Failure, Handler, Incoming } from "./handler.ts";

/** How to handle a submitted form. `view` contains its complete state. */
export interface Submission<Command> {
  /** A rate limit besides that of its kind. */
  readonly limit?: Limited;
  /** Returns errors at the inputs, or the form's next view and the command to run after the ack. */
  ack(
    req: RequestContext,
    view: SubmittedView,
  ): Acked<ViewResponseAction, Command> | Promise<Acked<ViewResponseAction, Command>>;
  run(req: RequestContext, command: Command, view: SubmittedView): Promise<void>;
  /** The audit entry for a duplicate. */
  repeated?(command: Command): RefusedEvent;
  /** Shows a failure in the form or elsewhere. Without a command, the ack has failed. */
  onError?(
    req: RequestContext,
    failure: Failure,
    view: SubmittedView,
    command: Command | undefined,
  ): Promise<void>;
}

/** A form by its callback_id, and its handler. */
export interface FormRoute {
  readonly id: string;
  submit(deps: SlackDeps, incoming: Incoming<ViewResponseAction>, view: SubmittedView): Promise<void>;
}

export function formRoute<Command>(callbackId: string, submission: Submission<Command>): FormRoute {
  return {
    id: callbackId,
    submit: async (deps, incoming, view) =>
      handleRequest(deps, incoming, submissionHandler(callbackId, submission, view)),
  };
}

/** A form's command, and the form with the state that was loaded for it. */
interface Submitted<Command> {
  readonly command: Command;
  readonly view: SubmittedView;
}

/** Loads the form's state from wherever it is stored, and stores the state of the response likewise. */
function submissionHandler<Command>(
  callbackId: string,
  submission: Submission<Command>,
  submitted: SubmittedView,
): Handler<ViewResponseAction, Submitted<Command>> {
  return {
    limit: submission.limit,
    ack: async (req) => {
      const state = await loadState(req, submitted.private_metadata);
      const view = { ...submitted, private_metadata: state };
      const acked = await submission.ack(req, view);
      const answer = acked.answer && (await withStoredState(req, acked.answer));
      return "command" in acked ? { answer, command: { command: acked.command, view } } : acked;
    },
    run: async (req, { command, view }) => {
      await submission.run(req, command, view);
      await redrawHomeFor(req, view);
    },
    repeated: ({ command }) =>
      submission.repeated?.(command) ?? { kind: "action.refused", reason: callbackId },
    onError: async (req, failure, done) => {
      const { onError } = submission;
      if (onError) await onError(req, failure, done?.view ?? submitted, done?.command);
      else await req.replyPrivately(failure.message);
    },
  };
}

async function withStoredState(req: RequestContext, answer: ViewResponseAction): Promise<ViewResponseAction> {
  if (answer.response_action !== "update" || answer.view.type !== "modal") return answer;
  return { ...answer, view: await storeLongState(req, answer.view) };
}

const inConversation = json(z.object({ from: z.object({ channelId: z.string() }) }));

/** A form without a conversation may come from the App Home, which then shows the result. */
async function redrawHomeFor(req: RequestContext, view: SubmittedView): Promise<void> {
  if (inConversation.safeParse(view.private_metadata).success) return;
  const { userId } = req.conversation;
  await req.deps.redrawHomeOf(req.installed, { userId, requestId: req.ctx.requestId });
}
