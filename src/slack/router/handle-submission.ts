import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewResponseAction } from "@slack/bolt";
import { z } from "zod";
import { Problem } from "../../domain/problem.ts";
import { submitConnect } from "../connections/connect-flow.ts";
import { declineCallbackId, submitDecline } from "../approval/decide-flow.ts";
import { submitRevert, submitStart } from "../incident/incident-flow.ts";
import { incoming } from "../listener/incoming.ts";
import { redrawHome } from "../status/app-home.ts";
import { inputValues } from "../forms/input-values.ts";
import { storeLongState, loadState } from "../forms/stored-state.ts";
import { handleRequest, type Handler } from "../listener/listener.ts";
import type { SlackDeps } from "../context/services.ts";
import { settingsCallbackId, submitSettings } from "../settings/settings-flow.ts";
import { handleChangeSubmission } from "../change/submit-change.ts";
import { submitRestore } from "../restore/submit-restore.ts";
import { changeForms } from "../change/forms.ts";
import { restoreCallback } from "../restore/restore-form.ts";
import { textModal } from "../forms/text-modal.ts";

/** A form that was submitted. */
export async function handleView(
  deps: SlackDeps,
  { body, view, context, ack }: SlackViewMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  // That a form was closed needs nothing but its ack.
  if (body.type !== "view_submission") return ack();
  await handleRequest<ViewResponseAction>(
    deps,
    {
      ...incoming<ViewResponseAction>(
        "view_submission",
        actOf(view.callback_id),
        body,
        context,
        async (answer) => (answer ? ack(answer) : ack()),
      ),
      keep: ({ text }) => errorsAt(view.state, text),
      away: ({ blocks }) => ({ response_action: "update", view: textModal("Patchbay", blocks) }),
    },
    withKeptState(view),
  );
}

/** The callback_id of one of our forms. */
function actOf(callbackId: string): string {
  const ours = ["connect", settingsCallbackId, "start_incident", "revert_incident", declineCallbackId];
  const isOurs = callbackId === restoreCallback || Object.hasOwn(changeForms, callbackId);
  return isOurs || ours.includes(callbackId) ? callbackId : "unknown";
}

/** Words at the first input of a form, so that it stays with all that was typed; nothing for a form without inputs. */
function errorsAt(state: { readonly values?: unknown }, words: string): ViewResponseAction | undefined {
  const [first] = inputValues(state).values();
  return first && { response_action: "errors", errors: { [first.blockId]: words } };
}

/** The halves of a form whose state is read first, from wherever it is kept; so is the state of the form in its answer. */
function withKeptState(view: FormView): Handler<ViewResponseAction> {
  let halves = redrawingHome(view.private_metadata, submitHalves(view));
  const { limit, readsOnly } = halves;
  return {
    ...(limit ? { limit } : {}),
    ...(readsOnly === undefined ? {} : { readsOnly }),
    ack: async (req) => {
      const state = await loadState(req, view.private_metadata);
      if (state !== view.private_metadata)
        halves = redrawingHome(state, submitHalves({ ...view, private_metadata: state }));
      const answer = await halves.ack?.(req);
      if (answer?.response_action !== "update" || answer.view.type !== "modal") return answer;
      return { ...answer, view: await storeLongState(req, answer.view) };
    },
    run: async (req, answer) => halves.run?.(req, answer),
    repeated: () => halves.repeated?.() ?? { kind: "action.refused", reason: actOf(view.callback_id) },
    onError: async (req, message, problem) => {
      if (halves.onError) await halves.onError(req, message, problem);
      else await req.replyPrivately(message);
    },
  };
}

/** A form that was opened in no conversation may come from the App Home, which then shows what has come of it. */
function redrawingHome(
  privateMetadata: string,
  halves: Handler<ViewResponseAction>,
): Handler<ViewResponseAction> {
  const { run: later } = halves;
  if (!later) return halves;
  return {
    ...halves,
    run: async (req, answer) => {
      await later(req, answer);
      const elsewhere = z.object({ from: z.object({ channelId: z.string() }) });
      if (!elsewhere.safeParse(JSON.parse(privateMetadata)).success) await redrawHome(req);
    },
  };
}

type FormView = Parameters<typeof handleChangeSubmission>[0] & { readonly callback_id: string };

function submitHalves(view: FormView): Handler<ViewResponseAction> {
  if (view.callback_id === restoreCallback) return submitRestore(view);
  if (view.callback_id === "connect") return submitConnect(view);
  if (view.callback_id === settingsCallbackId) return submitSettings(view);
  if (view.callback_id === "start_incident") return submitStart(view);
  if (view.callback_id === "revert_incident") return submitRevert(view);
  if (view.callback_id === declineCallbackId) return submitDecline(view);
  if (Object.hasOwn(changeForms, view.callback_id)) return handleChangeSubmission(view);
  return {
    ack: () => {
      throw new Problem("invalid_input", "This form belongs to another version of Patchbay.");
    },
  };
}
