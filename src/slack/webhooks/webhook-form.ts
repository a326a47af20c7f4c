import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { isProblem } from "../../domain/problem/problem.ts";
import { parseEventKinds } from "../../domain/webhooks/event-kinds.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { addWebhook } from "../../operations/webhooks/manage-webhooks.ts";
import { actions, bold, message, plainText, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, finishSecretModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { textInput } from "../forms/inputs.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { conversation, formState, fromConversation, type Origin } from "../forms/private-metadata.ts";
import { secretModal, secretShownModal } from "../forms/secret-modal.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { kindsInput } from "./kinds-form.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { rotateButton, webhookText } from "./webhooks-message.ts";

const title = "Add a webhook";
const webhookState = formState(z.object({ from: conversation }));

/** Opens the form for a new webhook, or shows why the person may not use it. */
export async function openWebhookForm(req: RequestContext): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await requireRoleAudited(req.ctx, "admin", "manage webhooks");
    await redrawView(req, opened, webhookView(fromConversation(req.conversation)));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** The address is never filled in again: its path may be secret. */
function webhookView(from: Origin, kinds = "", notice: readonly KnownBlock[] = []): ModalView {
  return {
    type: "modal",
    callback_id: "webhook",
    private_metadata: webhookState.encode({ from }),
    title: plainText(title),
    submit: plainText("Add"),
    close: plainText("Cancel"),
    blocks: [
      ...notice,
      section(
        "Patchbay sends each audit entry that is written from now on to this address: CloudEvents, signed as Standard Webhooks.",
      ),
      textInput({
        blockId: "url",
        actionId: "url",
        label: "Address",
        maxLength: 2_000,
        placeholder: "https://hooks.example.com/patchbay",
        hint: "https only. It is stored encrypted, and lists show it without its path.",
      }),
      kindsInput(kinds),
    ],
  };
}

/** A submitted webhook. */
interface SubmittedWebhook {
  readonly from: Origin;
  readonly url: string;
  /** As typed. */
  readonly kinds: string;
}

const webhookSubmission: Submission<SubmittedWebhook> = {
  ack: (req, view) => {
    const { from } = webhookState.parse(view.private_metadata);
    const values = inputValues(view.state);
    const url = values.get("url")?.value ?? "";
    const kinds = values.get("kinds")?.value ?? "";
    const errors = {
      ...faultOf("url", () => req.deps.checkWebhookUrl(url)),
      ...faultOf("kinds", () => parseEventKinds(kinds)),
    };
    if (Object.keys(errors).length > 0) return { answer: { response_action: "errors", errors } };
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: { from, url, kinds } };
  },
  run: async (req, { from, url, kinds }, view) => {
    const { checkWebhookUrl: checkUrl } = req.deps;
    const { webhook, secret } = await addWebhook(req.ctx, { url, kinds }, { checkUrl });
    const words = [
      section(
        `:white_check_mark: The webhook is added. This secret signs its events.\n${webhookText(webhook)}`,
      ),
    ];
    const shown = secretModal(title, words, secret, from);
    if (await finishSecretModal(req, { id: view.id }, shown, secretShownModal(title, words, from))) return;
    const not = `:warning: The webhook to ${bold(webhook.origin)} is added, but its secret could not be shown. Replace it to see a new one.`;
    await req
      .in(from)
      .replyPrivately(message([section(not), actions([rotateButton(webhook)])], stripMrkdwn(not)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    const again = command && problem.code !== "not_allowed";
    const next = again ? webhookView(command.from, command.kinds, why.blocks) : textModal(title, why.blocks);
    if (await finishModal(req, { id: view.id }, next)) return;
    await req.in(command?.from ?? {}).replyPrivately(why);
  },
};

export const webhookFormRoutes = [formRoute("webhook", webhookSubmission)];

/** What is wrong with an input, if checking it throws. */
function faultOf(input: string, check: () => unknown): Record<string, string> {
  try {
    check();
    return {};
  } catch (error) {
    if (isProblem(error, "invalid_input")) return { [input]: error.message };
    throw error;
  }
}
