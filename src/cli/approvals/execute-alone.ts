import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { approversOf } from "../../domain/changes/approvers.ts";
import { roleIsEnough } from "../../domain/shared/actor.ts";
import { stillApproves } from "../../operations/access/permissions.ts";
import { executeApprovedChange } from "../../operations/approval/execute-approved-change.ts";
import { executeApprovedRun } from "../../operations/failover/execute-approved-run.ts";
import type { ExecutedApproval } from "../../operations/notifications/notifier.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { CommandHooks } from "../control/control-command.ts";

/**
 * Does what was approved in a process without Slack, if the settings say by name what the person who asked may do, and those
 * who approved. Otherwise undefined: the next server does it, which can ask Slack. It also reports what was done here.
 */
export async function executeAlone(
  ctx: Context,
  approval: Approval,
  hooks: CommandHooks,
): Promise<ExecutedApproval | undefined> {
  const { userId } = approval.asked;
  const asker = { kind: "user", userId, workspaceId: ctx.workspace.id } as const;
  const { role } = await ctx.authorizer.permissions(asker);
  if (!roleIsEnough(role, "operator")) return undefined;
  for (const { by, onCall } of approversOf(approval)) {
    const permissions = await ctx.authorizer.permissions(by);
    const isUnknown = permissions.unavailableReason !== undefined;
    if (isUnknown && !stillApproves(permissions, onCall)) return undefined;
  }
  if (!isRunApproval(approval)) return executeApprovedChange(ctx, approval.id);
  const executed = await executeApprovedRun(ctx, approval.id);
  if (executed?.kind === "begun") await hooks.carryOutRun({ ...ctx, actor: asker }, executed.run);
  return executed;
}
