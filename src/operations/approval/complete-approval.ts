import { isRunApproval, type Approval, type RunApproval } from "../../domain/changes/approval.ts";
import { isResultSettled, isSettled } from "../../domain/changes/change-record.ts";
import type { ExecutedApproval, Notifier } from "../notifications/notifier.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { Context } from "../shared/context.ts";
import { sideBySide } from "../shared/side-by-side.ts";
import { untilRecorded, type RepeatOptions } from "../shared/until-recorded.ts";
import { executeApprovedChange } from "./execute-approved-change.ts";

/** How an approved change is reported, and how what was reported is written down. */
export interface CompleteOptions extends RepeatOptions {
  readonly notifier: Pick<Notifier, "approvalExecuted">;
  readonly approvedRuns: ApprovedRuns;
}

/** What becomes of an approved run. */
export interface ApprovedRuns {
  /** Begins it once; undefined if it must not be begun, or no longer. */
  begin(ctx: Context, approvalId: string): Promise<ExecutedApproval | undefined>;
  /** Executes it in the requester's name, once it has begun. */
  carryOut(ctx: Context, run: Run): Promise<void>;
}

/**
 * Makes an approved change and reports its result. A change without a known outcome is handed to the reconciler after
 * the report, so that later news comes after. A process that stops in between leaves the rest to the next one. Returns what
 * became of it; undefined if another process has it.
 */
export async function completeApproval(
  ctx: Context,
  approval: Approval,
  { notifier, approvedRuns, ...repeat }: CompleteOptions,
): Promise<ExecutedApproval | undefined> {
  if (isRunApproval(approval)) return completeRun(ctx, approval, { notifier, approvedRuns, ...repeat });
  const executed = await executeApprovedChange(ctx, approval.id);
  if (!executed) return undefined;
  const { message } = await notifier.approvalExecuted(ctx, approval, executed);
  // A refused one is already completed, so that what was reported as not made is not made at the next start.
  if (executed.kind === "refused" || executed.kind === "begun") return executed;
  const { changeId, userId, channelId, threadTs, viewId } = approval.asked;
  const isUnsettled = needsReconciling(executed);
  if (isUnsettled) {
    // The reconciler updates this message once the outcome is known.
    const replyTo = { userId, channelId, threadTs, viewId, message };
    await untilRecorded(async () => ctx.workspace.notifications.keep(changeId, replyTo), repeat);
  }
  await untilRecorded(async () => ctx.workspace.approvals.end(approval.id), repeat);
  if (isUnsettled) ctx.reconcileLater(changeId);
  return executed;
}

/** Begins an approved run, and reports that while it is executed. The run has reports of its own. */
async function completeRun(
  ctx: Context,
  approval: RunApproval,
  { notifier, approvedRuns, ...repeat }: CompleteOptions,
): Promise<ExecutedApproval | undefined> {
  const executed = await approvedRuns.begin(ctx, approval.id);
  if (!executed) return undefined;
  const report = async (): Promise<void> => {
    await notifier.approvalExecuted(ctx, approval, executed);
    if (executed.kind !== "begun") return;
    await untilRecorded(async () => ctx.workspace.approvals.end(approval.id), repeat);
  };
  // Callers are waiting, so the run does not wait for Slack.
  const run = executed.kind === "begun" ? approvedRuns.carryOut(ctx, executed.run) : Promise.resolve();
  await sideBySide(run, report());
  return executed;
}

function needsReconciling(executed: Extract<ExecutedApproval, { kind: "changed" | "recorded" }>): boolean {
  if (executed.kind === "recorded") return !isSettled(executed.record);
  return !isResultSettled(executed.result);
}
