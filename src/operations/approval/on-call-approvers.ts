import { canPage, scheduleLabel, type ReachableSchedule } from "../../domain/access/on-call.ts";
import { rolesOf } from "../../domain/access/roles.ts";
import { pageAfterMs } from "../../domain/changes/approval-pages.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { OnCallReader } from "../access/on-call-reader.ts";
import type { Context } from "../shared/context.ts";

/** An approver who is on call now. */
export interface OnCallApprover {
  readonly userId: string;
  /** The person's id at the tool. */
  readonly person: string;
  /** The schedule, for entries. */
  readonly schedule: string;
  /** How to page the person; undefined if nobody set that up. */
  readonly at: ReachableSchedule | undefined;
}

/**
 * The approvers who are on call now, in the order in which they are asked: by the order of the schedules, and of the levels of
 * each. Without the person who asks, and without those whom Slack does not confirm as approvers now.
 */
export async function onCallApprovers(
  ctx: Context,
  onCall: OnCallReader,
  requester: string | undefined,
): Promise<readonly OnCallApprover[]> {
  const ids = await approverSchedules(ctx);
  if (ids.length === 0) return [];
  const found = new Map<string, OnCallApprover>();
  for (const { schedule, people } of await onCall.now(ctx.workspace, ids)) {
    const at = people.length > 0 ? await pagingOf(ctx, schedule) : undefined;
    for (const { id: person, userId } of people)
      if (userId !== requester && !found.has(userId))
        found.set(userId, { userId, person, schedule: scheduleLabel(schedule), at });
  }
  const approvers: OnCallApprover[] = [];
  for (const each of found.values()) {
    const actor = { kind: "user", userId: each.userId, workspaceId: ctx.workspace.id } as const;
    if ((await ctx.authorizer.permissions(actor)).approver) approvers.push(each);
  }
  return approvers;
}

/** When approvers on call are paged for a request that is made now; never if no schedule makes anybody an approver. */
export async function pageTimes(ctx: Context): Promise<readonly Date[]> {
  if ((await approverSchedules(ctx)).length === 0) return [];
  return pageAfterMs.map((ms) => new Date(ctx.now().getTime() + ms));
}

async function approverSchedules({ workspace }: Context): Promise<readonly string[]> {
  return rolesOf(await workspace.settings.read()).approver.schedules ?? [];
}

async function pagingOf(
  ctx: Context,
  schedule: Pick<ReachableSchedule, "tool" | "schedule"> & { readonly id: string },
): Promise<ReachableSchedule | undefined> {
  try {
    const { tool, schedule: id } = schedule;
    const at = { tool, schedule: id, ...(await ctx.workspace.onCallSchedules.access(schedule.id)) };
    return canPage(at) ? at : undefined;
  } catch (error) {
    if (!isProblem(error)) throw error;
    ctx.log.warn({ schedule: schedule.id, err: error }, "key of a schedule not read");
    return undefined;
  }
}
