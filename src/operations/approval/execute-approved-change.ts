import type { Approval } from "../../domain/approval.ts";
import type { ChangeRecord } from "../../domain/audit-log.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import { changeNumber, type ChangeResult } from "../change/change-number.ts";
import type { Context } from "../shared/context.ts";

/** What became of an approved change. */
export type ExecutedApproval =
  | { readonly kind: "changed"; readonly result: ChangeResult }
  /** It is on record from before, by a process that did not live to tell. */
  | { readonly kind: "recorded"; readonly record: ChangeRecord }
  /** The waist refused it: nothing was changed, and nothing will be. */
  | { readonly kind: "refused"; readonly problem: Problem };

/**
 * Carries out an approved change exactly as it was asked for, in the name of who asked, at most once: its id was fixed
 * when it was asked for, and a second record with it is refused. Undefined when it is not to be carried out (any more).
 * Throws what is no Problem; then it is taken up again at the next start.
 */
export async function executeApprovedChange(
  ctx: Context,
  approvalId: string,
): Promise<ExecutedApproval | undefined> {
  return ctx.withLock(`${ctx.workspace.id}/approval/${approvalId}`, async () => {
    const approval = await ctx.workspace.approvals.find(approvalId);
    if (approval?.state !== "approved") return undefined;
    const record = await recordOf(ctx, approval);
    if (record) return { kind: "recorded", record };
    try {
      return { kind: "changed", result: await change(ctx, approval) };
    } catch (error) {
      if (!isProblem(error)) throw error;
      // Before anybody is told: what was said not to have happened must not happen at the next start.
      await ctx.workspace.approvals.end(approvalId);
      return { kind: "refused", problem: error };
    }
  });
}

async function change(ctx: Context, approval: Approval): Promise<ChangeResult> {
  const { asked, decision, id, expiresAt } = approval;
  // Approved in time; but a process that was down for hours must not surprise anybody.
  if (Date.parse(expiresAt) + graceMs < ctx.now().getTime()) {
    throw new Problem(
      "approval_required",
      "It was approved, but Patchbay was stopped before it could make the change.",
    );
  }
  const approvedBy = decision?.by.kind === "user" ? decision.by.userId : "";
  const { changeId, key, seen, reason, ends, details, userId, channelId, threadTs, viewId } = asked;
  const asker = { ...ctx, actor: { kind: "user", userId, workspaceId: ctx.workspace.id } } as const;
  return changeNumber(asker, {
    changeId,
    key,
    change: asked.change,
    seen,
    reason,
    // Judged anew: what is to last half an hour does so from now on, and a moment may have passed meanwhile.
    ends,
    details: { ...details, approval: id, approvedBy },
    replyTo: { userId, channelId, threadTs, viewId },
    override: { kind: "approval", approvalId: id },
  });
}

/** How long after its end an approved request may still be carried out, in milliseconds: a slow vendor takes its time. */
const graceMs = 5 * 60_000;

async function recordOf(ctx: Context, { asked }: Approval): Promise<ChangeRecord | undefined> {
  try {
    return await ctx.workspace.audit.change(asked.changeId);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
