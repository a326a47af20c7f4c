import type { Actor } from "../../domain/shared/actor.ts";
import { isRunApproval, type ChangeApproval } from "../../domain/changes/approval.ts";
import { approversOf } from "../../domain/changes/approvers.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { approvedDetails } from "../access/change-request.ts";
import { changeNumber, type ChangeResult } from "../change/change-number.ts";
import type { ExecutedApproval } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";

/**
 * Makes an approved change exactly as requested, in the requester's name, at most once: its id was fixed with the
 * request, and a second record with that id is refused. Undefined if it must not be made, or no longer. Throws errors
 * that are not Problems; the next start then tries again.
 */
export async function executeApprovedChange(
  ctx: Context,
  approvalId: string,
): Promise<ExecutedApproval | undefined> {
  return ctx.locks.withLock(`${ctx.workspace.id}/approval/${approvalId}`, async () => {
    const approval = await ctx.workspace.approvals.find(approvalId);
    if (approval?.state !== "approved" || isRunApproval(approval)) return undefined;
    const record = await recordOf(ctx, approval);
    if (record) return { kind: "recorded", record };
    try {
      return { kind: "changed", result: await change(ctx, approval) };
    } catch (error) {
      if (!isProblem(error)) throw error;
      // Before people are notified: what was reported as not made must not be made at the next start.
      await ctx.workspace.approvals.end(approvalId);
      return { kind: "refused", problem: error };
    }
  });
}

async function change(ctx: Context, approval: ChangeApproval): Promise<ChangeResult> {
  const { asked, id } = approval;
  assertInTime(ctx, approval);
  const approved = approvedDetails(id, approversOf(approval)) ?? { approval: id, approvedBy: "" };
  const { changeId, key, seen, newest, reason, ends, details, userId, channelId, threadTs, viewId } = asked;
  const requester: Actor = { kind: "user", userId, workspaceId: ctx.workspace.id };
  return changeNumber(derivedContext(ctx, { actor: requester }), {
    changeId,
    key,
    change: asked.change,
    seen,
    recordSeen: newest === undefined ? undefined : { sequence: newest },
    reason,
    // Checked again: a duration starts now, and a fixed time may have passed meanwhile.
    ends,
    details: { ...details, ...approved },
    replyTo: { userId, channelId, threadTs, viewId },
    override: { kind: "approval", approvalId: id },
  });
}

/**
 * How long after its expiry an approved request may still be executed, in milliseconds, because vendors may be
 * slow.
 */
const graceMs = 5 * 60_000;

/** Approved in time, but a process that was down for hours must not surprise anybody. Throws approval_required. */
export function assertInTime(ctx: Context, { expiresAt }: Pick<ChangeApproval, "expiresAt">): void {
  if (Date.parse(expiresAt) + graceMs >= ctx.now().getTime()) return;
  throw new Problem(
    "approval_required",
    "It was approved, but Patchbay was stopped before it could make the change.",
  );
}

async function recordOf(ctx: Context, { asked }: ChangeApproval): Promise<ChangeRecord | undefined> {
  try {
    return await ctx.workspace.audit.change(asked.changeId);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
