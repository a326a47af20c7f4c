import { z } from "zod";
import { isSameKey, type NumberKey } from "../numbers/phone-number.ts";

const dayMs = 24 * 60 * 60_000;
/** How long the approval of a plan lasts, in milliseconds. */
export const approvedForMs = 90 * dayMs;
/** How old the last drill may be while an approval counts, in milliseconds. */
export const drilledWithinMs = 30 * dayMs;
/** How long before its end people learn that an approval is about to end, in milliseconds. */
export const endsSoonMs = 7 * dayMs;

const planApprover = z.object({
  /** UTC, ISO 8601. */
  at: z.string(),
  /** The id of the person who approved it. */
  by: z.string(),
  /** The schedule without which the person might not have approved it: `PagerDuty PI7DH85`. */
  onCall: z.string().optional(),
});
/** A person who approved a plan. */
export type PlanApprover = Readonly<z.infer<typeof planApprover>>;

/** The approval of one revision of a plan, for the protected numbers that the approver saw. */
export const planApproval = z.object({
  id: z.string(),
  revision: z.number().int(),
  ...planApprover.shape,
  /** Another person who approved the same before. */
  first: planApprover.optional(),
  numbers: z.array(z.object({ connectionId: z.string(), numberId: z.string() })),
});
export type PlanApproval = Readonly<z.infer<typeof planApproval>>;

/** Why the approval of a plan does not count now. */
export type ApprovalGap =
  | "never_approved"
  | "older_revision"
  | "expired"
  | "never_drilled"
  | "drill_too_old"
  /** The person who approved it may not approve any more, or saved this revision. */
  | "approver_may_not"
  /** Slack or an on-call tool does not say now what the person who approved it may do. */
  | "approver_unknown";

/** Why one of two approvals of a plan does not count now. */
export type LostApproval = Extract<ApprovalGap, "expired" | "approver_may_not" | "approver_unknown">;

/** Whether the approval of a plan counts now, and until when it does if nobody drills or approves it again. */
export type PlanCover =
  | {
      readonly isValid: true;
      readonly approval: PlanApproval;
      /** Those whose approval counts now: one or two, in their order. */
      readonly approvers: readonly PlanApprover[];
      /** Why only one of two counts. */
      readonly lost?: LostApproval | undefined;
      readonly endsAt: Date;
      readonly drillBy: Date;
    }
  | { readonly isValid: false; readonly gap: ApprovalGap; readonly approval?: PlanApproval | undefined };

/** The last approval of a plan, and its last drill. */
interface ApprovedState {
  readonly approval?: PlanApproval | undefined;
  readonly drill?: { readonly revision: number; readonly at: string } | undefined;
}

/** Whether the approval of a plan's present revision counts, as far as the stored dates say. */
export function planCoverAt({ approval, drill }: ApprovedState, revision: number, now: Date): PlanCover {
  const missing = (gap: ApprovalGap): PlanCover => ({ isValid: false, gap, approval });
  if (!approval) return missing("never_approved");
  if (approval.revision !== revision) return missing("older_revision");
  const given = approversOfPlan(approval);
  const approvers = given.filter((one) => endOf(one) > now);
  const [oldest] = approvers;
  if (!oldest) return missing("expired");
  if (drill?.revision !== revision) return missing("never_drilled");
  const drillBy = new Date(Date.parse(drill.at) + drilledWithinMs);
  if (drillBy <= now) return missing("drill_too_old");
  const lost = approvers.length < given.length ? "expired" : undefined;
  return { isValid: true, approval, approvers, lost, endsAt: endOf(oldest), drillBy };
}

/** The same, by the rights of the people whose dates count: those who are left, and why the others do not count. */
export function planCoverOf(
  cover: Extract<PlanCover, { isValid: true }>,
  approvers: readonly PlanApprover[],
  lost: LostApproval,
): PlanCover {
  const [oldest] = approvers;
  if (!oldest) return { isValid: false, gap: lost, approval: cover.approval };
  if (approvers.length === cover.approvers.length) return cover;
  return { ...cover, approvers, lost, endsAt: endOf(oldest) };
}

const endOf = ({ at }: PlanApprover): Date => new Date(Date.parse(at) + approvedForMs);

/** The people who approved a plan, in their order. */
function approversOfPlan({ first, by, at, onCall }: PlanApproval): readonly PlanApprover[] {
  return [...(first ? [first] : []), { by, at, onCall }];
}

/**
 * The people who approved exactly these numbers of this revision, as far as the dates of their approvals say, in their order.
 * Another person's approval may join theirs, also before a drill.
 */
export function earlierApprovers(
  before: PlanApproval | undefined,
  { revision, numbers }: Pick<PlanApproval, "revision" | "numbers">,
  now: Date,
): readonly PlanApprover[] {
  const isSame =
    before?.revision === revision &&
    before.numbers.length === numbers.length &&
    before.numbers.every((key) => numbers.some((one) => isSameKey(one, key)));
  return isSame ? approversOfPlan(before).filter((one) => endOf(one) > now) : [];
}

/** Whether an approval was given for a number, by as many people as it wants. */
export function coversNumber(cover: PlanCover, key: NumberKey, wanted = 1): boolean {
  return (
    cover.isValid &&
    cover.approvers.length >= wanted &&
    cover.approval.numbers.some((one) => isSameKey(one, key))
  );
}

/** Whether as many people approved a number as it wants, and fewer of them count now. */
export function hasLapsed(cover: PlanCover, key: NumberKey, wanted: number): boolean {
  if (!cover.isValid || coversNumber(cover, key, wanted)) return false;
  return coversNumber({ ...cover, approvers: approversOfPlan(cover.approval) }, key, wanted);
}

const gapWords: Readonly<Record<Exclude<ApprovalGap, "never_approved">, string>> = {
  older_revision: "The approval of its protected numbers ended, because someone changed the plan.",
  expired: "The approval of its protected numbers has ended after 90 days.",
  never_drilled: "The approval of its protected numbers counts once this revision is drilled.",
  drill_too_old: "The approval of its protected numbers does not count: the last drill is over 30 days old.",
  approver_may_not:
    "The approval of its protected numbers does not count: the person who gave it can no longer approve.",
  approver_unknown:
    "The approval of its protected numbers does not count now: Patchbay cannot find out whether the person who gave it may still approve.",
};

const lostWords: Readonly<Record<LostApproval, string>> = {
  expired: "One of the two approvals of its protected numbers has ended after 90 days.",
  approver_may_not:
    "One of the two approvals of its protected numbers does not count: the person who gave it can no longer approve.",
  approver_unknown:
    "One of the two approvals of its protected numbers does not count now: Patchbay cannot find out whether the person who gave it may still approve.",
};

/** Why an approval that was given does not count any more, as a sentence; undefined if all count or there was none. */
export function lapsedText(cover: PlanCover): string | undefined {
  if (cover.isValid) return cover.lost && lostWords[cover.lost];
  return cover.gap === "never_approved" ? undefined : gapWords[cover.gap];
}

/** That an approval ends within a week, as a sentence; undefined if it does not. */
export function endsSoonText(cover: PlanCover, now: Date): string | undefined {
  if (!cover.isValid) return undefined;
  const isSoon = (at: Date): boolean => at.getTime() - now.getTime() <= endsSoonMs;
  if (isSoon(cover.endsAt))
    return "The approval of its protected numbers ends within a week. An approver can approve the plan again.";
  if (isSoon(cover.drillBy))
    return "The approval of its protected numbers ends within a week unless someone drills the plan.";
  return undefined;
}
