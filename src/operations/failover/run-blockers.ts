import { evaluateRunRules, longestWaitOf, type RunFacts } from "../../domain/failover/run-rules.ts";
import type { Blocker, Rule } from "../../domain/failover/rules.ts";
import type { LookedStep } from "../../domain/failover/standing.ts";
import {
  agentBlockers,
  findBlockers,
  prepareRuleCheck,
  readRules,
  type RuleCheck,
} from "../access/enforce-rules.ts";
import { readFactsFromCopies } from "../access/rule-facts.ts";
import { effectsOfSteps } from "../runs/revert-rules.ts";
import type { Context } from "../shared/context.ts";

/** All rules that do not allow a run with these steps now, as a whole. Reads what the rules need. */
export async function findRunBlockers(
  ctx: Context,
  steps: readonly LookedStep[],
): Promise<readonly Blocker[]> {
  return runBlockersOf(steps)(ctx, await prepareRuleCheck(ctx, effectsOfSteps(steps)));
}

/** Finds all rules that do not allow a run: those about the agents of its numbers, and those about runs. */
export function runBlockersOf(
  steps: readonly LookedStep[],
): (ctx: Context, check: RuleCheck) => Promise<readonly Blocker[]> {
  return async (ctx, check) => {
    const rules = await ctx.workspace.rules.list();
    return [
      ...(await findBlockers(ctx, check)),
      ...evaluateRunRules(rules, steps, await runFacts(ctx, rules)),
    ];
  };
}

/**
 * The same for a person's run, from copies of lists, without a request to a vendor. Rules about connections of which there
 * is no copy are not evaluated. Throws not_allowed if the rules cannot be read.
 */
export async function findBlockersInCopies(
  ctx: Context,
  steps: readonly LookedStep[],
): Promise<readonly Blocker[]> {
  const { rules } = await readRules(ctx);
  const effects = effectsOfSteps(steps);
  const { facts, evaluable } = await readFactsFromCopies(ctx, rules, effects);
  return [
    ...(await agentBlockers(ctx, evaluable, { effects, facts })),
    ...evaluateRunRules(rules, steps, await runFacts(ctx, rules)),
  ];
}

/** What the rules about runs depend on, from stored data. */
export async function runFacts(ctx: Context, rules: readonly Rule[]): Promise<RunFacts> {
  const now = ctx.now();
  return { now, recent: await ctx.workspace.runs.overSince(new Date(now.getTime() - longestWaitOf(rules))) };
}
