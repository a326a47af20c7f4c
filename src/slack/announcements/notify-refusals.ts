import type { Context } from "../../operations/shared/context.ts";
import type { CountedRefusal } from "../../operations/shared/refusal-summary.ts";
import { deliver } from "../delivery/deliver.ts";
import { notificationContext } from "../context/request-context.ts";
import { refusalsMessage } from "./refusals-message.ts";
import { usersWithRole } from "../context/users-with-role.ts";
import type { SlackDeps } from "../context/services.ts";

/** Sends each admin of the workspace a summary of what was refused. */
export async function notifyRefusals(
  deps: SlackDeps,
  ctx: Context,
  refusals: readonly CountedRefusal[],
): Promise<void> {
  const req = await notificationContext(deps, ctx, { userId: "unknown" });
  if (!req) return;
  const message = refusalsMessage(refusals);
  for (const userId of await usersWithRole(req, "admin")) {
    await deliver(deps, {
      workspaceId: ctx.workspace.id,
      clients: req.clients,
      conversation: { userId },
      message,
      requestId: ctx.requestId,
    });
  }
}
