import { firstCallsOf } from "../../operations/history/first-calls.ts";
import { workspaceStatus } from "../../operations/workspace/workspace-status.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { publishHome } from "./app-home.ts";
import { statusMessage } from "./status-message.ts";
import { temporaryOn } from "./status-rows.ts";

/** Refreshes what needs attention, in place of the clicked message or on the App Home. */
export async function refreshStatus(req: RequestContext, value?: string): Promise<void> {
  if (req.conversation.channelId === undefined) await publishHome(req);
  else await req.replace(await loadStatus(req, pageOf(value)));
}

/** The page of temporary changes in a button's value; the first by default. */
function pageOf(value = ""): number {
  return /^\d{1,4}$/u.test(value) ? Number(value) : 0;
}

/** Shows what needs attention, for a button elsewhere. */
export async function showStatus(req: RequestContext): Promise<void> {
  await req.replyPrivately(await loadStatus(req, 0));
}

async function loadStatus(req: RequestContext, page: number): Promise<Message> {
  const status = await workspaceStatus(req.ctx);
  const changes = temporaryOn(status, page).map(({ record }) => record);
  const firstCalls = await firstCallsOf(req.ctx, changes);
  return statusMessage(status, req.deps.accounts, { page, firstCalls });
}
