import { rotateWebhook } from "../../operations/webhooks/manage-webhooks.ts";
import { actions, bold, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { secretModal } from "../forms/secret-modal.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { rotateButton } from "./webhooks-message.ts";

const title = "New secret";

/** Replaces the secret of a webhook, and shows the new one in a form. Without a form, nothing is replaced. */
export async function rotateOneWebhook(req: RequestContext, id: string | undefined): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: Working…")]));
  if (!opened) return;
  try {
    const { webhook, secret } = await rotateWebhook(req.ctx, id ?? "");
    const words = [
      section(
        `:white_check_mark: The webhook to ${bold(webhook.origin)} has a new secret. The former one signs too for 24 hours.`,
      ),
    ];
    const from = fromConversation(req.conversation);
    if (await redrawView(req, { id: opened.id }, secretModal(title, words, secret, from))) return;
    const not = `:warning: The webhook to ${bold(webhook.origin)} has a new secret, but it could not be shown. Replace it again.`;
    await req.replyPrivately(message([section(not), actions([rotateButton(webhook)])], stripMrkdwn(not)));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}
