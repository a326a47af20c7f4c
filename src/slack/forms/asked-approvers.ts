import { pageAfterMs } from "../../domain/changes/approval-pages.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import { onCallApprovers, type OnCallApprover } from "../../operations/approval/on-call-approvers.ts";
import type { RequestContext } from "../context/request-context.ts";

/** Whom an approval would be asked of and when the next one is, and whether the person could break glass, in mrkdwn. */
export async function askedText(req: RequestContext, mayBreak: boolean): Promise<string> {
  const { protection } = await req.ctx.workspace.settings.read();
  const onCall = await onCallApprovers(req.ctx, req.deps.onCall, req.conversation.userId);
  const channelId = protection?.channelId;
  const where = channelId === undefined ? "" : ` in <#${channelId}>`;
  const first = onCall.length === 0 ? nobodyOnCall(channelId) : `${turnsOf(onCall, where)}.`;
  return `${first} Break-glass is ${mayBreak ? "possible" : "not possible for you"}.`;
}

function nobodyOnCall(channelId: string | undefined): string {
  return channelId === undefined
    ? "The approvers are asked directly."
    : `The approvers are asked in <#${channelId}>.`;
}

/** The first approver is asked at once and paged later; the next one is paged after that. */
function turnsOf(onCall: readonly OnCallApprover[], where: string): string {
  const [asked = "", ...next] = onCall.slice(0, pageAfterMs.length).map(({ userId, at }, index) => {
    const after = formatDuration(pageAfterMs[index] ?? 0);
    const how = at === undefined ? "has no page set up" : `is paged after ${after}`;
    return `<@${userId}> ${how}`;
  });
  const [first] = onCall;
  const then = next.length > 0 ? `, then ${next.join(", ")}` : "";
  return `<@${first?.userId ?? ""}> is on call and asked first${where}: ${asked}${then}`;
}
