import type { ChangeResult } from "../../operations/change/change-number.ts";
import { announce } from "../delivery/deliver.ts";
import type { Desk } from "../context/request-context.ts";
import { breakGlassMessage } from "./break-glass-message.ts";
import { peopleWith } from "../context/users-with-role.ts";

/**
 * Says loudly that somebody changed a number by break-glass: in the channel for approvals and to each admin. The change is
 * made and on the list for review by now, so what fails here is in the log alone.
 */
export async function sayBreakGlass(at: Desk, result: ChangeResult): Promise<void> {
  const { workspace, requestId, log } = at.ctx;
  const { userId } = at.conversation;
  try {
    const { protection } = await workspace.settings.read();
    const admins = (await peopleWith(at, "admin")).filter((admin) => admin !== userId);
    const vendor = at.services.accounts.vendor(result.connection.vendor);
    const message = breakGlassMessage(result, vendor, userId);
    const places = [
      ...(protection?.channelId === undefined ? [] : [{ channelId: protection.channelId }]),
      ...admins.map((admin) => ({ userId: admin })),
    ];
    for (const conversation of places) {
      await announce(at.services, {
        workspaceId: workspace.id,
        clients: at.clients,
        conversation,
        message,
        requestId,
      });
    }
  } catch (error) {
    log.error({ requestId, err: error }, "break-glass not said");
  }
}
