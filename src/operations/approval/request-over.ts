import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";

/** Whether a request can be decided no more, although nobody has noted that yet. */
export function isLate(ctx: Context, { expiresAt }: Approval): boolean {
  return Date.parse(expiresAt) <= ctx.now().getTime();
}

/** Why a request that is not open cannot be decided: how it ended. */
export async function decidedBefore(ctx: Context, approvalId: string): Promise<Problem> {
  const found = await ctx.workspace.approvals.find(approvalId);
  if (found?.state === "expired") return overdue(found);
  const { state } = found ?? {};
  const how = state === "declined" || state === "withdrawn" ? state : "approved";
  const { by, at, comment: why } = found?.decision ?? {};
  const isChange = found && !isRunApproval(found) && how === "approved";
  const changeId = isChange ? found.asked.changeId : undefined;
  const next = { words: "There is nothing left to decide." };
  const ended = { how, by, at, why, changeId } as const;
  return new Problem("already_requested", `This request was ${how} before.`, { ended, next });
}

/** Why a request that is late cannot be decided. */
export function overdue({ expiresAt: at, first }: Approval): Problem {
  const why = first ? "Only one of two approvals was given in time." : undefined;
  const words = `This request has expired: ${first ? "only one of two people" : "nobody"} approved it in time.`;
  return new Problem("approval_required", words, { ended: { how: "expired", at, why } });
}
