import { isRunApproval } from "../../domain/changes/approval.ts";
import type { Actor } from "../../domain/shared/actor.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { assertInTime } from "../approval/execute-approved-change.ts";
import type { ExecutedApproval } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { beginningOf } from "./run-beginnings.ts";

/**
 * Begins an approved run exactly as it was shown, in the requester's name, at most once: a run begins only once.
 * Undefined if it must not be begun, or no longer. Throws errors that are not Problems; the next start then tries again.
 */
export async function executeApprovedRun(
  ctx: Context,
  approvalId: string,
): Promise<ExecutedApproval | undefined> {
  return ctx.locks.withLock(`${ctx.workspace.id}/approval/${approvalId}`, async () => {
    const { approvals, runs } = ctx.workspace;
    const approval = await approvals.find(approvalId);
    if (approval?.state !== "approved" || !isRunApproval(approval)) return undefined;
    const { kind, runId, userId, channelId, threadTs } = approval.asked;
    try {
      const run = await runs.get(runId);
      // An earlier process, which has stopped since, began it.
      if (run.status.approval === approvalId) return { kind: "begun", run };
      assertInTime(ctx, approval);
      const requester: Actor = { kind: "user", userId, workspaceId: ctx.workspace.id };
      const by = { userId, channelId, threadTs };
      const asRequester = derivedContext(ctx, { actor: requester });
      return { kind: "begun", run: await beginningOf(kind).begin(asRequester, runId, by, { approval }) };
    } catch (error) {
      if (!isProblem(error)) throw error;
      // Before people are notified: what was reported as not begun must not be begun at the next start.
      await approvals.end(approvalId);
      return { kind: "refused", problem: error };
    }
  });
}
