import { isProblem } from "../../domain/problem.ts";
import type { ActEnd } from "../../domain/act-end.ts";
import { driftEnd, madeSince } from "../../operations/history/act-status.ts";
import type { RequestContext } from "../context/request-context.ts";
import { endedText } from "../block-kit/act-end.ts";
import type { DraftForm } from "../forms/change-draft.ts";

/**
 * What has happened since a button to try a change again, or to set something back, was made, in mrkdwn; undefined while
 * that is still to be done. The form opens all the same and shows the number as it is: it may have moved again.
 */
export async function eventsSince(req: RequestContext, form: DraftForm): Promise<string | undefined> {
  const ended = await endOf(req, form);
  return ended && endedText(ended);
}

async function endOf(
  { ctx }: RequestContext,
  { again, foundAt, wish: draft }: DraftForm,
): Promise<ActEnd | undefined> {
  if (foundAt !== undefined && draft.key) return driftEnd(ctx, { key: draft.key, seenAt: foundAt });
  if (again === undefined) return undefined;
  try {
    return await madeSince(ctx, await ctx.workspace.audit.change(again));
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
