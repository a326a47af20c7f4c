import type { Actor } from "../shared/actor.ts";
import type { Change } from "../numbers/change.ts";
import type { NumberKey } from "../numbers/phone-number.ts";

export const maxPlans = 50;
export const maxPlanNumbers = 1_000;
export const maxTiers = 10;
export const maxSelectors = 20;

/** What a plan does to a number. A failover never renames. */
export type MemberChange = Exclude<Change, { readonly kind: "rename" }>;

/** A number of a plan, and the change that switches it. */
export interface PlanMember extends NumberKey {
  readonly change: MemberChange;
}

/** Numbers that a run switches before it goes on to the next tier. */
export interface PlanTier {
  readonly name: string;
  /** Whether a run pauses after this tier until a person continues it. */
  readonly askBeforeNext: boolean;
  /** Whether a run waits until the vendor's log shows that the new agent has answered a call to this tier. */
  readonly awaitsFirstCall?: boolean | undefined;
  readonly members: readonly PlanMember[];
}

/** The numbers of a connection that an agent answers. */
export interface PlanSelector {
  readonly connectionId: string;
  readonly answeredBy: string;
}

/** When a run pauses because of failed steps, outside the canary tier. */
export interface StopRule {
  readonly inARow: number;
  readonly percentOfTier: number;
  /** The least number of failures that `percentOfTier` stands for. */
  readonly atLeast: number;
}

export const defaultStopRule: StopRule = { inARow: 3, percentOfTier: 10, atLeast: 3 };

/** A named failover: which numbers switch to which agents, in which order. */
export interface Plan {
  /** Unique in the workspace. People type it: `cartesia-down`. */
  readonly slug: string;
  readonly title: string;
  /** When to use it, for the person who decides. */
  readonly when: string | undefined;
  /** Where people read what to do: an https address. */
  readonly runbook?: string | undefined;
  /** The Slack user group or person to notify if the plan is not ready. */
  readonly owner: string | undefined;
  /** How long a run lasts unless the person says otherwise, in milliseconds. */
  readonly defaultForMs: number;
  /** What happens when that time is over. */
  readonly atEnd: "remind" | "fail_back";
  readonly stop: StopRule;
  /** What filled the list. Numbers that a selector would find later are shown, and never taken in. */
  readonly selectors: readonly PlanSelector[];
  readonly tiers: readonly PlanTier[];
}

/** A plan as it is stored. Its revision increases with each save, even after a removal. */
export interface SavedPlan {
  readonly plan: Plan;
  readonly revision: number;
  readonly savedBy: Actor;
  /** UTC, ISO 8601. */
  readonly savedAt: string;
}

/** All numbers of a plan, tier by tier. */
export function membersOf({ tiers }: Plan): readonly PlanMember[] {
  return tiers.flatMap(({ members }) => members);
}

/** What a run does between the first tier and the others, as a form offers it. */
export const afterFirst = ["ask", "first_call", "first_call_ask", "go_on"] as const;
export type AfterFirst = (typeof afterFirst)[number];

export function gatesOf(after: AfterFirst): Pick<PlanTier, "askBeforeNext" | "awaitsFirstCall"> {
  const awaitsFirstCall = after === "first_call" || after === "first_call_ask";
  return {
    askBeforeNext: after === "ask" || after === "first_call_ask",
    awaitsFirstCall: awaitsFirstCall || undefined,
  };
}

export function afterFirstOf({ tiers: [first] }: Pick<Plan, "tiers">): AfterFirst {
  const { askBeforeNext = false, awaitsFirstCall = false } = first ?? {};
  if (awaitsFirstCall) return askBeforeNext ? "first_call_ask" : "first_call";
  return askBeforeNext ? "ask" : "go_on";
}
