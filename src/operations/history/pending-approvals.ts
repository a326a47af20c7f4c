import { personOf } from "../../domain/shared/actor.ts";
import { isRunApproval, type Approval, type RunApproval } from "../../domain/changes/approval.ts";
import { isSameKey, type NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isPlanned } from "../../domain/runs/run-step.ts";
import type { Context } from "../shared/context.ts";

/** An open approval request. `isOwn`: this person made it and can withdraw it. */
export interface PendingApproval {
  readonly approval: Approval;
  readonly isOwn: boolean;
}

type Pending = Pick<Context, "workspace" | "actor" | "now">;

/** The requests that can still be decided, for one number or all, oldest first. */
export async function pendingApprovals(ctx: Pending, key?: NumberKey): Promise<readonly PendingApproval[]> {
  const { workspace, actor, now } = ctx;
  const found: PendingApproval[] = [];
  for (const approval of await workspace.approvals.inState("open")) {
    if (Date.parse(approval.expiresAt) <= now().getTime()) continue;
    if (key && !(await isAbout(ctx, approval, key))) continue;
    found.push({ approval, isOwn: personOf(actor) === approval.asked.userId });
  }
  return found;
}

/** The requests for other runs of a run's plan that can still be decided, oldest first. */
export async function pendingRunApprovals(
  ctx: Pending,
  { id, terms }: Pick<Run, "id" | "terms">,
): Promise<readonly RunApproval[]> {
  const pending = (await pendingApprovals(ctx)).map(({ approval }) => approval);
  return pending
    .filter(isRunApproval)
    .filter(({ asked }) => asked.kind !== "routes" && asked.plan.slug === terms.plan?.slug)
    .filter(({ asked }) => asked.runId !== id);
}

/** Whether a request would change a number, alone or in a run. A run that is gone changes none. */
async function isAbout({ workspace }: Pending, approval: Approval, key: NumberKey): Promise<boolean> {
  if (!isRunApproval(approval)) return isSameKey(approval.asked.key, key);
  try {
    const { steps } = await workspace.runs.get(approval.asked.runId);
    return steps.some((step) => isPlanned(step) && isSameKey(step.key, key));
  } catch (error) {
    if (isProblem(error, "not_found")) return false;
    throw error;
  }
}
