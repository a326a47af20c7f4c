import { workspaceStatus } from "../../operations/workspace/workspace-status.ts";
import type { Desk } from "../context/request-context.ts";
import { publishHome } from "./app-home.ts";
import { statusMessage } from "./status-message.ts";

/** Looks again at what is not as usual: in the place of the message that was clicked, or on the App Home. */
export async function lookAgain(at: Desk): Promise<void> {
  if (at.conversation.channelId === undefined) await publishHome(at);
  else await at.replace(statusMessage(await workspaceStatus(at.ctx), at.services.accounts));
}
