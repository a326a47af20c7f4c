import { keyText, type NumberKey } from "../numbers/phone-number.ts";
import { covers } from "../numbers/scope.ts";
import { isPlanned } from "../runs/run-step.ts";
import { formatDuration } from "../shared/duration.ts";
import { type Blocker, type Rule } from "./rules.ts";
import type { LookedStep } from "./standing.ts";

/** Between two runs on the same number unless a rule allows less: 60 seconds. Nobody can override it. */
export const usualWait = {
  id: "usual_wait",
  title: "Wait between runs",
  scopes: [],
  demand: { kind: "wait", ms: 60_000 },
} as const satisfies Rule;

/** A number, and when the last run on it was over. */
export interface NumberOfRun extends NumberKey {
  readonly overAt: string;
}

/** What the rules about runs depend on. */
export interface RunFacts {
  readonly now: Date;
  /** The numbers of the runs that were over recently. */
  readonly recent: readonly NumberOfRun[];
}

/** The longest wait that matters: how far back runs are looked at, in milliseconds. */
export function longestWaitOf(rules: readonly Rule[]): number {
  return Math.max(...[usualWait, ...rules].map(({ demand }) => (demand.kind === "wait" ? demand.ms : 0)));
}

/** All rules about runs that do not allow one with these steps. */
export function evaluateRunRules(
  rules: readonly Rule[],
  steps: readonly LookedStep[],
  facts: RunFacts,
): Blocker[] {
  const planned = steps.filter(isPlanned);
  return [...waitBlockers(rules, planned, facts), ...canaryBlockers(rules, planned)];
}

/**
 * All rules that cover a number count, and the usual wait unless one of them is shorter: so an override of a longer rule
 * leaves the usual one.
 */
export function waitBlockers(
  rules: readonly Rule[],
  planned: readonly { readonly key: NumberKey }[],
  { now, recent }: RunFacts,
): Blocker[] {
  const over = new Map<string, number>();
  for (const { overAt, ...key } of recent)
    over.set(keyText(key), Math.max(over.get(keyText(key)) ?? 0, Date.parse(overAt)));
  const waits = rules.flatMap((rule) => (rule.demand.kind === "wait" ? [{ rule, ms: rule.demand.ms }] : []));
  const found = new Map<Rule, { ms: number; numbers: number; leftMs: number }>();
  for (const { key } of planned) {
    const own = waits.filter(({ rule }) => rule.scopes.some((scope) => covers(scope, key)));
    const usual = { rule: usualWait, ms: usualWait.demand.ms };
    const applied = own.some(({ ms }) => ms < usual.ms) ? own : [...own, usual];
    const overAt = over.get(keyText(key));
    for (const { rule, ms } of overAt === undefined ? [] : applied) {
      const leftMs = (overAt ?? 0) + ms - now.getTime();
      const earlier = found.get(rule) ?? { ms, numbers: 0, leftMs: 0 };
      if (leftMs > 0)
        found.set(rule, {
          ms,
          numbers: earlier.numbers + 1,
          leftMs: Math.max(earlier.leftMs, leftMs),
        });
    }
  }
  return [...found].map(([rule, { ms, numbers, leftMs }]) => ({
    rule,
    why: `two runs on the same number are ${formatDuration(ms)} apart, and ${numbersText(numbers)} had one: wait ${formatDuration(leftMs)}`,
  }));
}

function canaryBlockers(rules: readonly Rule[], planned: readonly LookedStep[]): Blocker[] {
  const firstTier = Math.min(...planned.map(({ tier }) => tier));
  const first = planned.filter(({ tier }) => tier === firstTier).length;
  return rules.flatMap((rule) => {
    const { demand, scopes } = rule;
    if (demand.kind !== "canary_first" || first <= demand.atMost) return [];
    if (!planned.some(({ key }) => scopes.some((scope) => covers(scope, key)))) return [];
    return [
      {
        rule,
        why: `the first tier of a run switches at most ${numbersText(demand.atMost)}, and this one switches ${first}`,
      },
    ];
  });
}

const numbersText = (count: number): string => `${count} number${count === 1 ? "" : "s"}`;

/** The blockers that somebody can override: those by a rule that an admin set. */
export function overridable(blockers: readonly Blocker[]): readonly Blocker[] {
  return blockers.filter(({ rule }) => rule.id !== usualWait.id);
}
