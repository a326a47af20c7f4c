import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewResponseAction } from "@slack/bolt";
import { z } from "zod";
import { Problem } from "../../domain/problem.ts";
import { submitConnect } from "../connections/connect-flow.ts";
import { declineCallbackId, submitDecline } from "../approval/decide-flow.ts";
import { submitRevert, submitStart } from "../incident/incident-flow.ts";
import { incoming } from "../listener/incoming.ts";
import { redrawHome } from "../status/app-home.ts";
import { inputValues } from "../forms/input-values.ts";
import { fitView, loadState } from "../forms/stored-state.ts";
import { attend, type Halves } from "../listener/listener.ts";
import type { Services } from "../context/services.ts";
import { settingsCallbackId, submitSettings } from "../settings/settings-flow.ts";
import { submitChange } from "../change/submit-change.ts";
import { submitRestore } from "../restore/submit-restore.ts";
import { changeForms } from "../change/forms.ts";
import { restoreCallback } from "../restore/restore-form.ts";
import { wordsView } from "../forms/text-modal.ts";

/** A form that was submitted. */
export async function attendView(
  services: Services,
  { body, view, context, ack }: SlackViewMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  // That a form was closed needs nothing but its ack.
  if (body.type !== "view_submission") return ack();
  await attend<ViewResponseAction>(
    services,
    {
      ...incoming<ViewResponseAction>(
        "view_submission",
        actOf(view.callback_id),
        body,
        context,
        async (answer) => (answer ? ack(answer) : ack()),
      ),
      keep: ({ text }) => errorsAt(view.state, text),
      away: ({ blocks }) => ({ response_action: "update", view: wordsView("Patchbay", blocks) }),
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
function withKeptState(view: FormView): Halves<ViewResponseAction> {
  let halves = redrawingHome(view.private_metadata, submitHalves(view));
  const { limit, readsOnly } = halves;
  return {
    ...(limit ? { limit } : {}),
    ...(readsOnly === undefined ? {} : { readsOnly }),
    now: async (at) => {
      const state = await loadState(at, view.private_metadata);
      if (state !== view.private_metadata)
        halves = redrawingHome(state, submitHalves({ ...view, private_metadata: state }));
      const answer = await halves.now?.(at);
      if (answer?.response_action !== "update" || answer.view.type !== "modal") return answer;
      return { ...answer, view: await fitView(at, answer.view) };
    },
    later: async (at, answer) => halves.later?.(at, answer),
    repeated: () => halves.repeated?.() ?? { kind: "action.refused", reason: actOf(view.callback_id) },
    fail: async (at, message, problem) => {
      if (halves.fail) await halves.fail(at, message, problem);
      else await at.tell(message);
    },
  };
}

/** A form that was opened in no conversation may come from the App Home, which then shows what has come of it. */
function redrawingHome(
  privateMetadata: string,
  halves: Halves<ViewResponseAction>,
): Halves<ViewResponseAction> {
  const { later } = halves;
  if (!later) return halves;
  return {
    ...halves,
    later: async (at, answer) => {
      await later(at, answer);
      const elsewhere = z.object({ from: z.object({ channelId: z.string() }) });
      if (!elsewhere.safeParse(JSON.parse(privateMetadata)).success) await redrawHome(at);
    },
  };
}

type FormView = Parameters<typeof submitChange>[0] & { readonly callback_id: string };

function submitHalves(view: FormView): Halves<ViewResponseAction> {
  if (view.callback_id === restoreCallback) return submitRestore(view);
  if (view.callback_id === "connect") return submitConnect(view);
  if (view.callback_id === settingsCallbackId) return submitSettings(view);
  if (view.callback_id === "start_incident") return submitStart(view);
  if (view.callback_id === "revert_incident") return submitRevert(view);
  if (view.callback_id === declineCallbackId) return submitDecline(view);
  if (Object.hasOwn(changeForms, view.callback_id)) return submitChange(view);
  return {
    now: () => {
      throw new Problem("invalid_input", "This form belongs to another version of Patchbay.");
    },
  };
}
