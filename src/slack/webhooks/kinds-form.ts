import type { InputBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { isProblem } from "../../domain/problem/problem.ts";
import { eventKindsText, parseEventKinds } from "../../domain/webhooks/event-kinds.ts";
import type { Webhook } from "../../domain/webhooks/webhook.ts";
import { getWebhook, setWebhookKinds } from "../../operations/webhooks/manage-webhooks.ts";
import { bold, plainText, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { textInput } from "../forms/inputs.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute } from "../listener/submission.ts";
import { wordsSubmission } from "../listener/words-submission.ts";
import { webhookText } from "./webhooks-message.ts";

const title = "Events";
const kindsState = formState(z.object({ from: conversation, webhook: z.string() }));
type KindsForm = ReturnType<typeof kindsState.parse>;

/** The input for the kinds of events that a webhook gets. */
export function kindsInput(typed: string): InputBlock {
  return textInput({
    blockId: "kinds",
    actionId: "kinds",
    label: "Kinds of events",
    maxLength: 3_000,
    value: typed,
    optional: true,
    placeholder: "change.*, failover.*, freeze.set",
    hint: "Leave it empty for every kind. A * stands for all of a family.",
  });
}

/** Opens the form for the kinds of events that a webhook gets. */
export async function openKindsForm(req: RequestContext, id: string): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    const form = { from: fromConversation(req.conversation), webhook: id };
    await redrawView(req, opened, kindsView(form, await getWebhook(req.ctx, id)));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

function kindsView(form: KindsForm, { origin, kinds }: Webhook): ModalView {
  return {
    type: "modal",
    callback_id: "webhook_kinds",
    private_metadata: kindsState.encode(form),
    title: plainText(title),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks: [
      section(`What ${bold(origin)} gets of what is not sent yet.`),
      kindsInput(eventKindsText(kinds)),
    ],
  };
}

const submission = wordsSubmission({
  title,
  formOf: kindsState.parse,
  notShown: "The kinds of events are saved. Slack did not show it: `/number webhooks` lists the webhooks.",
});

const kindsSubmission = submission(
  async (req, { form, text }) => {
    const webhook = await setWebhookKinds(req.ctx, form.webhook, text("kinds"));
    return [section(`:white_check_mark: Saved.\n${webhookText(webhook)}`)];
  },
  ({ text }) => {
    try {
      parseEventKinds(text("kinds"));
      return {};
    } catch (error) {
      if (isProblem(error, "invalid_input")) return { kinds: error.message };
      throw error;
    }
  },
);

export const kindsFormRoutes = [formRoute("webhook_kinds", kindsSubmission)];
