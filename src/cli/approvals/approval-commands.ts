import { z } from "zod";
import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { approvableRequest, approve } from "../../operations/approval/approve.ts";
import { decline } from "../../operations/approval/decline.ts";
import { withdraw } from "../../operations/approval/withdraw.ts";
import { pendingApprovals } from "../../operations/history/pending-approvals.ts";
import type { ExecutedApproval } from "../../operations/notifications/notifier.ts";
import type { Context } from "../../operations/shared/context.ts";
import { controlCommand } from "../control/control-command.ts";
import { approvalDocument, approvalOf } from "./approval-document.ts";
import { executeAlone } from "./execute-alone.ts";

const approvalId = z.string().regex(/^apr_[\w-]{1,60}$/u, "the id of a request looks like apr_7Hk2mQx9LzTd");

export const approvalListDocument = z.object({ workspace: z.string(), approvals: z.array(approvalDocument) });
export type ApprovalListDocument = z.infer<typeof approvalListDocument>;

/** A decision, and what became of the change or the run. */
export const decisionDocument = z.object({
  workspace: z.string(),
  approval: z.string(),
  decision: z.enum(["approved", "declined", "withdrawn"]),
  /**
   * `waiting`: the next server makes the change or begins the run. `half`: another person must approve it too. Missing if
   * nothing is to be made.
   */
  outcome: z.enum(["applied", "refused", "unknown", "begun", "waiting", "half"]).optional(),
  changeId: z.string().optional(),
  run: z.string().optional(),
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type DecisionDocument = z.infer<typeof decisionDocument>;

export const listApprovals = controlCommand({
  name: "approval.list",
  input: z.object({}),
  output: approvalListDocument,
  run: async (ctx) => {
    await requireRoleAudited(ctx, "viewer", "see requests for approval");
    const pending = await pendingApprovals(ctx);
    return {
      workspace: ctx.workspace.id,
      approvals: pending.map(({ approval }) => approvalOf(ctx, approval)),
    };
  },
});

/** A request that this actor may approve now. */
export const previewApproval = controlCommand({
  name: "approval.preview",
  input: z.object({ id: approvalId }),
  output: z.object({ workspace: z.string(), approval: approvalDocument }),
  run: async (ctx, { id }) => ({
    workspace: ctx.workspace.id,
    approval: approvalOf(ctx, await approvableRequest(ctx, id)),
  }),
});

export const approveRequest = controlCommand({
  name: "approval.approve",
  input: z.object({ id: approvalId }),
  output: decisionDocument,
  run: async (ctx, { id }, hooks) => {
    const approval = await approve(ctx, id);
    const decided = {
      workspace: ctx.workspace.id,
      approval: id,
      decision: "approved" as const,
      ...(isRunApproval(approval) ? { run: approval.asked.runId } : { changeId: approval.asked.changeId }),
    };
    if (approval.state === "open") {
      // Without a server, the next one asks.
      await hooks.completeApproval?.(ctx, approval);
      return { ...decided, outcome: "half" as const };
    }
    if (!hooks.completeApproval)
      return { ...decided, ...(await outcomeOf(ctx, approval, await executeAlone(ctx, approval, hooks))) };
    const executed = await hooks.completeApproval(ctx, approval);
    // A run takes longer than a command waits for its answer.
    if (isRunApproval(approval)) return { ...decided, outcome: "begun" as const };
    return { ...decided, ...(await outcomeOf(ctx, approval, executed)) };
  },
});

export const declineRequest = controlCommand({
  name: "approval.decline",
  input: z.object({ id: approvalId, comment: z.string().max(1_000).optional() }),
  output: decisionDocument,
  run: async (ctx, { id, comment }, hooks) => {
    const approval = await decline(ctx, id, comment);
    hooks.approvalClosed?.(ctx, approval);
    return { workspace: ctx.workspace.id, approval: id, decision: "declined" as const };
  },
});

export const withdrawRequest = controlCommand({
  name: "approval.withdraw",
  input: z.object({ id: approvalId }),
  output: decisionDocument,
  run: async (ctx, { id }) => {
    await withdraw(ctx, id);
    return { workspace: ctx.workspace.id, approval: id, decision: "withdrawn" as const };
  },
});

async function outcomeOf(
  ctx: Context,
  approval: Approval,
  executed: ExecutedApproval | undefined,
): Promise<Pick<DecisionDocument, "outcome" | "problem">> {
  switch (executed?.kind) {
    case "begun":
      return { outcome: "begun" };
    case "refused":
      return { outcome: "refused", problem: wordsOf(executed.problem) };
    case "changed":
      return {
        outcome: executed.result.outcome,
        problem: executed.result.problem && wordsOf(executed.result.problem),
      };
    case "recorded":
    case undefined:
      return isRunApproval(approval) ? { outcome: "waiting" } : recordedOutcome(ctx, approval.asked.changeId);
  }
}

/** Another process has made the change, or will. */
async function recordedOutcome(
  ctx: Context,
  changeId: string,
): Promise<Pick<DecisionDocument, "outcome" | "problem">> {
  try {
    const { outcome } = await ctx.workspace.audit.change(changeId);
    return { outcome: outcome?.outcome ?? "unknown" };
  } catch (error) {
    if (isProblem(error, "not_found")) return { outcome: "waiting" };
    throw error;
  }
}

const wordsOf = ({ code, message }: Problem) => ({ code, message });
