import type { Approval } from "../../domain/changes/approval.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import { checkDecidable, onRecord, recordDecision } from "./decidable-approval.ts";
import { decidedBefore } from "./request-over.ts";

/** The longest comment on a decision, in characters. */
export const longestComment = 300;

/**
 * Declines a request, once, with an optional comment: also one that somebody has approved already, and also by that person.
 * Throws what `approve` throws, and invalid_input.
 */
export async function decline(ctx: Context, approvalId: string, comment?: string): Promise<Approval> {
  return onRecord(ctx, approvalId, async () => {
    const { approval, onCall } = await checkDecidable(ctx, approvalId);
    const text = comment?.trim() ?? "";
    const fault = commentFault(text);
    if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "comment" });
    const decision = {
      by: ctx.actor,
      at: ctx.now().toISOString(),
      comment: text || undefined,
      onCall: onCall?.schedule,
    };
    const isWritten = await recordDecision(ctx, approval, { ...decision, state: "declined" }, onCall);
    if (!isWritten) throw await decidedBefore(ctx, approvalId);
    // Read again: its messages may have been added meanwhile.
    return (await ctx.workspace.approvals.find(approvalId)) ?? { ...approval, state: "declined", decision };
  });
}

/** Why a comment is invalid, as text to show, or undefined. */
export function commentFault(comment: string | undefined): string | undefined {
  const { length } = Array.from(comment?.trim() ?? "");
  return length > longestComment
    ? `A comment has at most ${longestComment} characters; this one has ${length}.`
    : undefined;
}
