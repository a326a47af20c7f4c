import { approvedForMs, type PlanApproval, type PlanApprover } from "../../domain/failover/plan-approval.ts";
import { membersOf, type SavedPlan } from "../../domain/failover/plan.ts";
import { keyText, type NumberKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { RunStep } from "../../domain/runs/run-step.ts";
import { isSamePerson } from "../../domain/shared/actor.ts";
import { assertApprover, onCallDetails, recordRefusal } from "../access/permissions.ts";
import { approvalToJoin } from "../access/plan-cover.ts";
import { readPolicy, type RestrictionsOf } from "../access/policy.ts";
import type { Context } from "../shared/context.ts";
import { digestOf } from "../shared/digest.ts";
import { planFailoverSteps } from "./plan-failover.ts";

const act = "approve failover plans";
const neverApproved = { isValid: false, gap: "never_approved" } as const;

/** A plan as it is shown to an approver. */
export interface PlanToApprove {
  readonly saved: SavedPlan;
  /** What a run would do with each protected number now. */
  readonly steps: readonly RunStep[];
  /** The SHA-256 of the protected numbers, so that exactly those are approved. */
  readonly shown: string;
  /** How many people have to approve it, and who has, if this person's approval would be the second one. */
  readonly wanted: number;
  readonly first: PlanApprover | undefined;
}

/** A plan after an approval. */
interface ApprovedPlan {
  readonly saved: SavedPlan;
  readonly approval: PlanApproval;
  /** How many people have to approve it. */
  readonly wanted: number;
}

/**
 * Reads the protected numbers of a plan live, for a person who may approve it. Throws not_allowed, not_found, and
 * nothing_to_change if no number of it is protected.
 */
export async function loadPlanToApprove(ctx: Context, slug: string): Promise<PlanToApprove> {
  return refusedOnRecord(ctx, async () => {
    const { saved, numbers } = await approvablePlan(ctx, slug, await readPolicy(ctx));
    const isListed = new Set(numbers.map(keyText));
    const tiers = saved.plan.tiers.map(({ members, ...tier }) => ({
      ...tier,
      members: members.filter((member) => isListed.has(keyText(member))),
    }));
    const steps = await planFailoverSteps(ctx, { ...saved, plan: { ...saved.plan, tiers } }, neverApproved);
    const wanted = mostWanted(numbers);
    const joined = wanted > 1 ? await approvalToJoin(ctx, saved, numbers) : undefined;
    return { saved, steps, shown: await digestOf(numbers.map(keyOf)), wanted, first: joined?.first };
  });
}

/**
 * Approves the present revision of a plan for its protected numbers as they were shown, with its entry. Numbers that want
 * two approvals are covered once another person approves it too. For approvers who did not save that revision. Throws
 * not_allowed, not_found, nothing_to_change, conflict if the plan or what is protected of it was changed since, and
 * not_recorded. Refusals are recorded, repeats as a count (ADR 33).
 */
export async function approvePlan(
  ctx: Context,
  slug: string,
  { revision, shown }: { readonly revision: number; readonly shown: string },
): Promise<ApprovedPlan> {
  // Of two people at once, the second one joins the first.
  const lock = `${ctx.workspace.id}/approve-plan/${slug}`;
  return refusedOnRecord(ctx, async () =>
    ctx.locks.withLock(lock, async () => {
      const { saved, numbers, onCall } = await approvablePlan(ctx, slug, await readPolicy(ctx));
      if (saved.revision !== revision)
        throw new Problem("conflict", `Someone changed the plan ${slug} meanwhile.`);
      if ((await digestOf(numbers.map(keyOf))) !== shown)
        throw new Problem("conflict", "Other numbers of the plan are protected now than you saw.");
      const { actor, requestId } = ctx;
      if (actor.kind !== "user") throw new Problem("not_allowed", "Only a person can approve a plan.");
      const at = ctx.now();
      const wanted = mostWanted(numbers);
      const joined = wanted > 1 ? await approvalToJoin(ctx, saved, numbers) : undefined;
      const approval: PlanApproval = {
        id: ctx.newId("apr"),
        revision,
        at: at.toISOString(),
        by: actor.userId,
        onCall: onCall?.schedule,
        numbers: numbers.map(keyOf),
        ...joined,
      };
      await ctx.workspace.planStates.approve(slug, approval, {
        kind: "plan.approved",
        actor,
        requestId,
        outcome: "applied",
        details: {
          plan: slug,
          revision: String(revision),
          title: saved.plan.title,
          approval: approval.id,
          protected: String(numbers.length),
          until: new Date(at.getTime() + approvedForMs).toISOString(),
          ...(wanted > 1 ? { given: approval.first ? "2" : "1", wanted: String(wanted) } : {}),
          ...onCallDetails(onCall),
        },
      });
      return { saved, approval, wanted };
    }),
  );
}

/** How many approvals the numbers want that want the most. */
const mostWanted = (numbers: readonly { readonly wanted: number }[]): number =>
  Math.max(...numbers.map(({ wanted }) => wanted));

/** The protected numbers of a plan. */
export function protectedNumbersOf({ plan }: SavedPlan, policy: RestrictionsOf) {
  return membersOf(plan)
    .map((member) => ({ ...member, wanted: policy(member).approvals }))
    .filter(({ wanted }) => wanted > 0);
}

async function approvablePlan(ctx: Context, slug: string, policy: RestrictionsOf) {
  const { onCall } = await assertApprover(ctx, act);
  const saved = await ctx.workspace.plans.get(slug);
  if (isSamePerson(saved.savedBy, ctx.actor))
    throw new Problem("not_allowed", "You saved this revision, so someone else must approve it.");
  const numbers = protectedNumbersOf(saved, policy);
  if (numbers.length === 0)
    throw new Problem("nothing_to_change", "No number of this plan is protected, so it needs no approval.");
  return { saved, numbers, onCall: onCall?.approver };
}

function keyOf({ connectionId, numberId }: NumberKey): NumberKey {
  return { connectionId, numberId };
}

async function refusedOnRecord<Result>(ctx: Context, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: act }, error);
    throw error;
  }
}
