import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { personOf } from "../../domain/shared/actor.ts";
import type { ChangeResult } from "../../operations/change/change-number.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { Message } from "../block-kit/blocks.ts";
import { notificationContext, type RequestContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { findUsersWithRole, usersWithRole } from "../context/users-with-role.ts";
import { deliver } from "../delivery/deliver.ts";
import { breakGlassMessage, breakGlassRecordMessage } from "./break-glass-message.ts";

/**
 * Posts a break-glass change to the channel for approvals and to each admin. The change is made and listed for review
 * already, so failures are only logged.
 */
export async function notifyBreakGlass(req: RequestContext, result: ChangeResult): Promise<void> {
  const { requestId, log } = req.ctx;
  const { userId } = req.conversation;
  try {
    const vendor = req.deps.accounts.vendor(result.connection.vendor);
    await post(req, await usersWithRole(req, "admin"), breakGlassMessage(result, vendor, userId));
  } catch (error) {
    log.error({ requestId, err: error }, "break-glass change not announced");
  }
}

/** The same for a change by a command. Returns false if Slack does not name all admins now, unless `isLast`. */
export async function notifyBreakGlassByCommand(
  deps: SlackDeps,
  ctx: Context,
  record: ChangeRecord,
  isLast: boolean,
): Promise<boolean> {
  const req = await notificationContext(deps, ctx, { userId: personOf(record.requested.actor) ?? "" });
  if (!req) return true;
  const { userIds, isComplete } = await findUsersWithRole(req, "admin");
  if (!isComplete && !isLast) return false;
  await post(req, userIds, breakGlassRecordMessage(record, deps.accounts));
  return true;
}

/** Posts to everybody besides the person who broke glass. */
async function post(req: RequestContext, adminIds: readonly string[], message: Message): Promise<void> {
  const { workspace, requestId } = req.ctx;
  const { protection } = await workspace.settings.read();
  const others = adminIds.filter((userId) => userId !== req.conversation.userId);
  const places = [
    ...(protection?.channelId === undefined ? [] : [{ channelId: protection.channelId }]),
    ...others.map((userId) => ({ userId })),
  ];
  for (const conversation of places) {
    await deliver(req.deps, {
      workspaceId: workspace.id,
      clients: req.clients,
      conversation,
      message,
      requestId,
    });
  }
}
