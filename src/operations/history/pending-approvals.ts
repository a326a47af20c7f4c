import { personOf } from "../../domain/shared/actor.ts";
import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { isSameKey, type NumberKey } from "../../domain/numbers/phone-number.ts";
import type { Context } from "../shared/context.ts";

/** An open approval request. `isOwn`: this person made it and can withdraw it. */
export interface PendingApproval {
  readonly approval: Approval;
  readonly isOwn: boolean;
}

/** The requests that can still be decided, for one number or all, oldest first. */
export async function pendingApprovals(
  { workspace, actor, now }: Pick<Context, "workspace" | "actor" | "now">,
  key?: NumberKey,
): Promise<readonly PendingApproval[]> {
  const isAbout = (approval: Approval): boolean =>
    key === undefined || (!isRunApproval(approval) && isSameKey(approval.asked.key, key));
  return (await workspace.approvals.inState("open"))
    .filter((approval) => isAbout(approval) && Date.parse(approval.expiresAt) > now().getTime())
    .map((approval) => ({
      approval,
      isOwn: personOf(actor) === approval.asked.userId,
    }));
}
