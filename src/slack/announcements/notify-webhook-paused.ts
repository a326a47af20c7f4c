import type { Webhook } from "../../domain/webhooks/webhook.ts";
import type { Context } from "../../operations/shared/context.ts";
import { bold, code, escape, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { notificationContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { findUsersWithRole } from "../context/users-with-role.ts";
import { deliver } from "../delivery/deliver.ts";

/** Tells each admin that a webhook was paused. Returns false if Slack does not name all admins now, unless `isLast`. */
export async function notifyWebhookPaused(
  deps: SlackDeps,
  ctx: Context,
  { id, origin, failure = "" }: Webhook,
  isLast: boolean,
): Promise<boolean> {
  const req = await notificationContext(deps, ctx, { userId: "unknown" });
  if (!req) return true;
  const { userIds, isComplete } = await findUsersWithRole(req, "admin");
  if (!isComplete && !isLast) return false;
  const words = [
    `:warning: Patchbay paused the webhook ${code(id)} to ${bold(origin)}: it could not deliver events. ${escape(failure)}`,
    `Nothing is lost: what it missed is sent when an admin resumes it: ${code("/number webhooks")}, or ${code(`patchbay webhooks resume ${id}`)} on the server.`,
  ].join("\n");
  for (const userId of userIds) {
    await deliver(deps, {
      workspaceId: ctx.workspace.id,
      clients: req.clients,
      conversation: { userId },
      message: message([section(words)], stripMrkdwn(words)),
      requestId: ctx.requestId,
    });
  }
  return true;
}
