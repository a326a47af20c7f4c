import type { ChangeResult } from "../../operations/change/change-number.ts";
import { deliver } from "../delivery/deliver.ts";
import type { RequestContext } from "../context/request-context.ts";
import { breakGlassMessage } from "./break-glass-message.ts";
import { usersWithRole } from "../context/users-with-role.ts";

/**
 * Posts a break-glass change to the channel for approvals and to each admin. The change is made and listed for review
 * already, so failures are only logged.
 */
export async function notifyBreakGlass(req: RequestContext, result: ChangeResult): Promise<void> {
  const { workspace, requestId, log } = req.ctx;
  const { userId } = req.conversation;
  try {
    const { protection } = await workspace.settings.read();
    const admins = (await usersWithRole(req, "admin")).filter((admin) => admin !== userId);
    const vendor = req.deps.accounts.vendor(result.connection.vendor);
    const message = breakGlassMessage(result, vendor, userId);
    const places = [
      ...(protection?.channelId === undefined ? [] : [{ channelId: protection.channelId }]),
      ...admins.map((admin) => ({ userId: admin })),
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
  } catch (error) {
    log.error({ requestId, err: error }, "break-glass change not announced");
  }
}
