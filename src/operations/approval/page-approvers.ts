import type { OnCallTools } from "../../domain/access/on-call.ts";
import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { pageOfItem } from "../../domain/changes/approval-pages.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { OnCallReader } from "../access/on-call-reader.ts";
import type { Context } from "../shared/context.ts";
import type { WorkClaim } from "../../domain/ports/work-queue.ts";
import type { Again } from "../shared/work/work-runner.ts";
import { approvalEvent } from "./approval-event.ts";
import { onCallApprovers, type OnCallApprover } from "./on-call-approvers.ts";

/** How often a page is tried, and the delay before the next attempt, in milliseconds. */
const mostAttempts = 3;
const againMs = 15_000;

/** What paging needs. */
export interface PageOptions {
  readonly onCall: OnCallReader;
  readonly onCallTools: Pick<OnCallTools, "page">;
  readonly notifier: Pick<Notifier, "approvalRequested">;
}

/**
 * Pages the approver on call whose turn it is, if nobody has decided yet. With the first page, all other approvers are asked
 * as well. An entry says who was paged, or why that failed.
 */
export async function pageApprover(
  ctx: Context,
  { itemId, attempts }: Pick<WorkClaim, "itemId" | "attempts">,
  { onCall, onCallTools, notifier }: PageOptions,
): Promise<Again> {
  const { approvalId, step } = pageOfItem(itemId);
  const approval = await ctx.workspace.approvals.find(approvalId);
  if (approval?.state !== "open" || Date.parse(approval.expiresAt) <= ctx.now().getTime()) return undefined;
  if (step === 1 && attempts <= 1) await notifier.approvalRequested(ctx, approval, "everybody");
  const approvers = await onCallApprovers(ctx, onCall, approval.asked.userId);
  const next = approvers[step - 1];
  if (!next) return undefined;
  const why = await page(onCallTools, approval, next, step);
  if (why !== undefined && next.at && attempts < mostAttempts) return { dueInMs: againMs, hasFailed: true };
  if (why !== undefined) ctx.log.warn({ approval: approvalId, step, why }, "approver not paged");
  const base = approvalEvent(ctx, approval);
  await ctx.workspace.audit.append({
    ...base,
    kind: "approval.paged",
    outcome: why === undefined ? "applied" : "refused",
    details: {
      ...base.details,
      for: approval.asked.userId,
      onCall: next.schedule,
      paged: next.userId,
      step: String(step),
      ...(why === undefined ? {} : { why }),
    },
  });
  return undefined;
}

/** Why a person could not be paged; undefined if that worked. */
async function page(
  tools: PageOptions["onCallTools"],
  approval: Approval,
  { at, person }: OnCallApprover,
  step: number,
): Promise<string | undefined> {
  try {
    if (!at) throw new Problem("invalid_input", "The schedule has no service that pages people.");
    const key = `patchbay-${approval.id}-${step}`;
    await tools.page(at, { person, key, title: titleOf(approval), text: textOf(approval) });
    return undefined;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return error.message;
  }
}

/** What is to be approved, in a few words. Numbers and reasons stay in Slack. */
function titleOf(approval: Approval): string {
  const what = isRunApproval(approval)
    ? `a ${approval.asked.kind === "routes" ? "run" : approval.asked.kind} of ${approval.asked.changes} numbers`
    : `a ${approval.asked.change.kind} of a protected number`;
  return `Patchbay: somebody waits for your approval of ${what}`;
}

function textOf({ id, expiresAt }: Approval): string {
  return `Approve or decline it in Slack before ${expiresAt}. Request ${id}.`;
}
