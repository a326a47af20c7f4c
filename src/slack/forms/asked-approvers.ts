import { pagesWithin } from "../../domain/changes/approval-pages.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import { onCallApprovers, type OnCallApprover } from "../../operations/approval/on-call-approvers.ts";
import { defaultMinutes } from "../../operations/approval/submit-change.ts";
import type { RequestContext } from "../context/request-context.ts";

/** Who looks at a form, and who knows who is on call. */
type Asking = Pick<RequestContext, "ctx"> & {
  readonly deps: Pick<RequestContext["deps"], "onCall">;
  readonly conversation: Pick<RequestContext["conversation"], "userId">;
};

/** Whom an approval would be asked of and when the next one is, and whether the person could break glass, in mrkdwn. */
export async function askedText(
  { ctx, deps, conversation }: Asking,
  mayBreak: boolean,
  wanted = 1,
): Promise<string> {
  const { protection } = await ctx.workspace.settings.read();
  const { approvers } = await onCallApprovers(ctx, deps.onCall, [conversation.userId]);
  const openMs = (protection?.minutes ?? defaultMinutes) * 60_000;
  const channelId = protection?.channelId;
  const where = channelId === undefined ? "" : ` in <#${channelId}>`;
  const first = approvers.length === 0 ? nobodyOnCall(channelId) : `${turnsOf(approvers, where, openMs)}.`;
  const next = wanted > 1 && approvers.length > 0 ? " The next one is asked after the first approval." : "";
  return `${first}${next} Break-glass is ${mayBreak ? "possible" : "not possible for you"}.`;
}

function nobodyOnCall(channelId: string | undefined): string {
  return channelId === undefined
    ? "The approvers are asked directly."
    : `The approvers are asked in <#${channelId}>.`;
}

/** The first approver is asked at once. Those who can be paged are, one after the other, while the request is open. */
function turnsOf(onCall: readonly OnCallApprover[], where: string, openMs: number): string {
  const asked = `<@${onCall[0]?.userId ?? ""}> is on call and asked first${where}`;
  const able = onCall.filter(({ paging }) => paging !== undefined);
  const pages = pagesWithin(openMs).flatMap((ms, index) => {
    const next = able[index];
    return next ? [`<@${next.userId}> is paged after ${formatDuration(ms)}`] : [];
  });
  return pages.length === 0 ? `${asked}; nobody is paged` : `${asked}: ${pages.join(", then ")}`;
}
