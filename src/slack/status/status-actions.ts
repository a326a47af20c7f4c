import { workspaceStatus } from "../../operations/workspace/workspace-status.ts";
import type { RequestContext } from "../context/request-context.ts";
import { publishHome } from "./app-home.ts";
import { statusMessage } from "./status-message.ts";

/** Looks again at what needs attention: in the place of the message that was clicked, or on the App Home. */
export async function lookAgain(req: RequestContext, value?: string): Promise<void> {
  if (req.conversation.channelId === undefined) await publishHome(req);
  else await req.replace(statusMessage(await workspaceStatus(req.ctx), req.deps.accounts, pageOf(value)));
}

/** The page of temporary changes that a button carries; the first for one that carries none. */
function pageOf(value = ""): number {
  return /^\d{1,4}$/u.test(value) ? Number(value) : 0;
}

/** What needs attention now, for a button elsewhere. */
export async function showStatus(req: RequestContext): Promise<void> {
  await req.replyPrivately(statusMessage(await workspaceStatus(req.ctx), req.deps.accounts));
}
