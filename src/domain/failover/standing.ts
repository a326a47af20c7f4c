import type { RunStep } from "../runs/run-step.ts";
import { lapsedText, type PlanCover } from "./plan-approval.ts";
import type { PlanProblem } from "./readiness.ts";
import type { Blocker } from "./rules.ts";

/** What a look at the numbers of a plan found, live or in copies of lists. */
export type LookedStep = Pick<RunStep, "key" | "tier" | "change" | "now" | "verdict">;

/** What holds for the numbers of a plan at this moment. */
export interface PlanMoment {
  readonly frozen: number;
  readonly inARun: number;
  readonly unsettled: number;
  /** Numbers that this person may not change. */
  readonly limited: number;
  /** Why runs on its numbers have to wait. */
  readonly waits: readonly Blocker[];
  /** Protected numbers, and those of them that the approval of the plan does not cover. */
  readonly protectedCount: number;
  readonly unapproved: number;
  /** Those of the latter that as many people approved as they want, of whom fewer count now. */
  readonly lapsed: number;
  readonly cover: PlanCover;
}

/**
 * Whether a plan would switch its numbers now, and what would stop it. It is ready if nobody has to repair anything
 * beforehand. What only holds for the moment, and the approval that its runs need, are notes.
 */
export interface PlanStanding {
  /** What somebody has to repair. Of many, the first ones. */
  readonly repairs: readonly PlanProblem[];
  readonly repairCount: number;
  /** What else stops some of its numbers now, in a few words each. */
  readonly notes: readonly string[];
  /** Whether something stops some of its numbers that soon goes away. */
  readonly isHindered: boolean;
  readonly protectedCount: number;
  /** How many of those the approval of the plan does not cover, or not with as many approvals as they want. */
  readonly unapproved: number;
  readonly cover: PlanCover;
}

/** The only definition of a ready plan: every surface shows what this returns. */
export function standingOf(
  found: readonly PlanProblem[],
  moment: PlanMoment,
  foundCount = found.length,
): PlanStanding {
  const { protectedCount, unapproved, cover } = moment;
  const lapsed = lapsedApproval(moment);
  const own = lapsed === undefined ? [] : [{ kind: "approval", why: lapsed } as const];
  return {
    repairs: [...own, ...found],
    repairCount: own.length + foundCount,
    notes: notesOf(moment),
    isHindered: moment.frozen + moment.inARun + moment.unsettled > 0,
    protectedCount,
    unapproved,
    cover,
  };
}

/**
 * In one line: `Ready to run`, or `Nothing to repair, but 2 numbers are frozen now`. Leaves out rules that are named beside
 * it.
 */
export function standingText(
  { repairCount, notes: all }: PlanStanding,
  named: readonly Pick<Blocker, "why">[] = [],
): string {
  const notes = all.filter((note) => !named.some(({ why }) => why === note));
  if (repairCount > 0) return ["Not ready", ...notes].join(" · ");
  if (notes.length > 0) return `Nothing to repair, but ${notes.join(" · ")}`;
  return all.length > 0 ? "Nothing to repair" : "Ready to run";
}

/** What keeps the numbers of a plan from being switched until somebody repairs it: a cause that several share counts once. */
export function problemsOf(steps: readonly LookedStep[], blockers: readonly Blocker[]): PlanProblem[] {
  const problems = new Map<string, PlanProblem>();
  for (const { key, verdict } of steps) {
    const { connectionId, numberId } = key;
    if (verdict.kind === "cannot")
      problems.set(JSON.stringify([connectionId, numberId]), { ...key, why: verdict.why });
    if (verdict.kind === "unread")
      problems.set(JSON.stringify([connectionId, "unread", verdict.why]), { connectionId, why: verdict.why });
  }
  const ruled = blockers
    .filter((blocker) => !isWait(blocker))
    .map(({ rule, why }) => ({ kind: "rule", why: `${rule.title}: ${why}.` }) as const);
  return [...problems.values(), ...ruled];
}

/** Whether a blocker goes away by itself. */
export const isWait = ({ rule }: Blocker): boolean => rule.demand.kind === "wait";

/** Why the approval that the plan has does not count until somebody acts. Slack may soon say again who may approve. */
function lapsedApproval({ protectedCount, lapsed, cover }: PlanMoment): string | undefined {
  if (protectedCount === 0 || isUnknown(cover)) return undefined;
  // One of two is enough for what wants one.
  return cover.isValid && lapsed === 0 ? undefined : lapsedText(cover);
}

function notesOf(moment: PlanMoment): readonly string[] {
  const { frozen, inARun, unsettled, limited, waits, unapproved, cover } = moment;
  return [
    ...(frozen > 0 ? [`${numbers(frozen)} ${are(frozen)} frozen now`] : []),
    ...(inARun > 0 ? [`${numbers(inARun)} ${are(inARun)} in a run now`] : []),
    ...(unsettled > 0 ? [`the last change of ${numbers(unsettled)} is unknown`] : []),
    ...(limited > 0 ? [`you may not change ${numbers(limited)}`] : []),
    ...waits.map(({ why }) => why),
    ...(unapproved > 0
      ? [`${unapproved} protected number${unapproved === 1 ? " needs" : "s need"} an approval`]
      : []),
    ...(unapproved > 0 && isUnknown(cover)
      ? ["Patchbay cannot find out whether the plan's approval counts"]
      : []),
  ];
}

const isUnknown = (cover: PlanCover): boolean =>
  (cover.isValid ? cover.lost : cover.gap) === "approver_unknown";

const numbers = (count: number): string => `${count} number${count === 1 ? "" : "s"}`;
const are = (count: number): string => (count === 1 ? "is" : "are");
