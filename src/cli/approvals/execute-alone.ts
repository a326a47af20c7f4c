import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { roleIsEnough } from "../../domain/shared/actor.ts";
import { executeApprovedChange } from "../../operations/approval/execute-approved-change.ts";
import { executeApprovedRun } from "../../operations/failover/execute-approved-run.ts";
import type { ExecutedApproval } from "../../operations/notifications/notifier.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { CommandHooks } from "../control/control-command.ts";

/**
 * Does what was approved in a process without Slack, if the settings give the person who asked the right by name.
 * Otherwise undefined: the next server does it, which can ask Slack. It also reports what was done here.
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
  if (!isRunApproval(approval)) return executeApprovedChange(ctx, approval.id);
  const executed = await executeApprovedRun(ctx, approval.id);
  if (executed?.kind === "begun") await hooks.carryOutRun({ ...ctx, actor: asker }, executed.run);
  return executed;
}
