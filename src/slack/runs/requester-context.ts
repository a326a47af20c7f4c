import type { RunRequester } from "../../domain/runs/run.ts";
import type { Context } from "../../operations/shared/context.ts";
import { notificationContext, type RequestContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";

/**
 * Where a run is reported: to the person who confirmed it, or, for a shell that acts for nobody, in the channel for
 * announcements. Undefined if there is neither, or no installation: then `askOperators` tells somebody of a pause.
 */
export async function requesterContext(
  deps: SlackDeps,
  ctx: Context,
  { userId, channelId, threadTs }: RunRequester,
  responseUrl?: string,
): Promise<RequestContext | undefined> {
  if (userId !== undefined)
    return notificationContext(deps, ctx, { userId, channelId, threadTs, responseUrl });
  const { announcementsChannelId } = await ctx.workspace.settings.read();
  if (announcementsChannelId === undefined) return undefined;
  return notificationContext(deps, ctx, { userId: "", channelId: announcementsChannelId });
}
