import {
  canPage,
  scheduleLabel,
  type OnCallSchedule,
  type ReachableSchedule,
} from "../../domain/access/on-call.ts";
import { rolesOf } from "../../domain/access/roles.ts";
import { pagesWithin } from "../../domain/changes/approval-pages.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import { personOf } from "../../domain/shared/actor.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { OnCallReader } from "../access/on-call-reader.ts";
import type { Context } from "../shared/context.ts";

/** An approver who is on call now. */
export interface OnCallApprover {
  readonly userId: string;
  /** The person's id at the tool. */
  readonly person: string;
  /** The schedule, for entries, and its id. */
  readonly schedule: string;
  readonly scheduleId: string;
  /** How to page the person, or why that cannot be read; undefined if nobody set it up. */
  readonly paging: Paging | undefined;
}

/** How to page people, or why that cannot be read, as a sentence. */
export type Paging =
  | { readonly at: ReachableSchedule; readonly why?: never }
  | { readonly why: string; readonly at?: never };

/** The approvers on call, and why there may be more who can be paged, as a sentence. */
export interface OnCallApprovers {
  readonly approvers: readonly OnCallApprover[];
  readonly unread?: string | undefined;
}

/**
 * The approvers who are on call now, in the order in which they are asked: by the order of the schedules, and of the levels of
 * each. Without the person who asks and who approved it before, and without those whom Slack does not confirm as approvers now.
 */
export async function onCallApprovers(
  ctx: Context,
  onCall: OnCallReader,
  except: readonly (string | undefined)[],
): Promise<OnCallApprovers> {
  const ids = await approverSchedules(ctx);
  if (ids.length === 0) return { approvers: [] };
  const found = new Map<string, OnCallApprover>();
  let unread: string | undefined;
  for (const { schedule, people, unreadable } of await onCall.now(ctx.workspace, ids)) {
    const paging = await pagingOf(ctx, schedule);
    if (paging) unread ??= unreadable;
    for (const { id: person, userId } of people)
      if (!except.includes(userId) && !found.has(userId))
        found.set(userId, {
          userId,
          person,
          schedule: scheduleLabel(schedule),
          scheduleId: schedule.id,
          paging,
        });
  }
  const approvers: OnCallApprover[] = [];
  for (const each of found.values()) {
    const actor = { kind: "user", userId: each.userId, workspaceId: ctx.workspace.id } as const;
    const { approver, unavailableReason } = await ctx.authorizer.permissions(actor);
    if (approver) approvers.push(each);
    else if (each.paging) unread ??= unavailableReason;
  }
  return { approvers, unread };
}

/** Who is not asked to approve a request: the person who asked, and the one who approved it before. */
export function notAsked({ asked, first }: Approval): readonly (string | undefined)[] {
  return [asked.userId, ...(first ? [personOf(first.by)] : [])];
}

/**
 * When approvers on call are paged for a request that is made now, or approved a first time: while it is open, and never if no schedule makes anybody an
 * approver.
 */
export async function pageTimes(ctx: Context, expiresAt: string): Promise<readonly Date[]> {
  if ((await approverSchedules(ctx)).length === 0) return [];
  const now = ctx.now().getTime();
  return pagesWithin(Date.parse(expiresAt) - now).map((ms) => new Date(now + ms));
}

async function approverSchedules({ workspace }: Context): Promise<readonly string[]> {
  return rolesOf(await workspace.settings.read()).approver.schedules ?? [];
}

type Reached = Pick<OnCallSchedule, "id" | "tool" | "schedule">;

/** A schedule with its key. Throws not_found, and not_connected if the key cannot be decrypted. */
export async function reachable(ctx: Context, { id, tool, schedule }: Reached): Promise<ReachableSchedule> {
  return { tool, schedule, ...(await ctx.workspace.onCallSchedules.access(id)) };
}

async function pagingOf(ctx: Context, schedule: Reached): Promise<Paging | undefined> {
  try {
    const at = await reachable(ctx, schedule);
    return canPage(at) ? { at } : undefined;
  } catch (error) {
    if (!isProblem(error)) throw error;
    ctx.log.warn({ schedule: schedule.id, err: error }, "key of a schedule not read");
    return { why: error.message };
  }
}
