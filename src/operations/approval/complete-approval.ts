import type { Approval } from "../../domain/changes/approval.ts";
import { isResultSettled, isSettled } from "../../domain/changes/change-record.ts";
import type { ExecutedApproval, Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { untilRecorded, type RepeatOptions } from "../shared/until-recorded.ts";
import { executeApprovedChange } from "./execute-approved-change.ts";

/** How an approved change is reported, and how what was reported is written down. */
export interface CompleteOptions extends RepeatOptions {
  readonly notifier: Pick<Notifier, "approvalExecuted">;
}

/**
 * Makes an approved change and reports its result. A change without a known outcome is handed to the reconciler after
 * the report, so that later news comes after. A process that stops in between leaves the rest to the next one.
 */
export async function completeApproval(
  ctx: Context,
  approval: Approval,
  { notifier, ...repeat }: CompleteOptions,
): Promise<void> {
  const executed = await executeApprovedChange(ctx, approval.id);
  if (!executed) return;
  const { message } = await notifier.approvalExecuted(ctx, approval, executed);
  // A refused one is already completed, so that what was reported as not made is not made at the next start.
  if (executed.kind === "refused") return;
  const { changeId, userId, channelId, threadTs, viewId } = approval.asked;
  const isUnsettled = needsReconciling(executed);
  if (isUnsettled) {
    // The reconciler updates this message once the outcome is known.
    const replyTo = { userId, channelId, threadTs, viewId, message };
    await untilRecorded(async () => ctx.workspace.notifications.keep(changeId, replyTo), repeat);
  }
  await untilRecorded(async () => ctx.workspace.approvals.end(approval.id), repeat);
  if (isUnsettled) ctx.reconcileLater(changeId);
}

function needsReconciling(executed: Exclude<ExecutedApproval, { kind: "refused" }>): boolean {
  if (executed.kind === "recorded") return !isSettled(executed.record);
  return !isResultSettled(executed.result);
}
