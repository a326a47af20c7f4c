import { isProblem } from "../../domain/problem/problem.ts";
import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import { driftStatus } from "../../operations/history/subject-status.ts";
import type { RequestContext } from "../context/request-context.ts";
import { endedText } from "../block-kit/closed-message.ts";
import type { DraftForm } from "../forms/change-draft.ts";
import { madeSince } from "../../operations/history/change-status.ts";

/**
 * What has happened since a button to retry a change, or to restore a number after drift, was posted, in mrkdwn;
 * undefined if the button is still current. The form opens in any case and shows the number as it is now.
 */
export async function eventsSince(req: RequestContext, form: DraftForm): Promise<string | undefined> {
  const ended = await endOf(req, form);
  return ended && endedText(ended);
}

async function endOf(
  { ctx }: RequestContext,
  { again, foundAt, wish: draft }: DraftForm,
): Promise<SubjectStatus | undefined> {
  if (foundAt !== undefined && draft.key) return driftStatus(ctx, { key: draft.key, seenAt: foundAt });
  if (again === undefined) return undefined;
  try {
    return await madeSince(ctx, await ctx.workspace.audit.change(again));
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
