import { judgeRun, longestWaitOf } from "../../domain/failover/run-rules.ts";
import { type Blocker, type Effect } from "../../domain/failover/rules.ts";
import { agentKey, wantedState } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { isPlanned, type RunStep } from "../../domain/runs/run-step.ts";
import { findBlockers, prepareRuleCheck, type RuleCheck } from "../access/enforce-rules.ts";
import type { Context } from "../shared/context.ts";

/** All rules that do not allow a run with these steps now, as a whole. Reads what the rules need. */
export async function findRunBlockers(ctx: Context, steps: readonly RunStep[]): Promise<readonly Blocker[]> {
  return runBlockersOf(steps)(ctx, await prepareRuleCheck(ctx, effectsOfSteps(steps)));
}

/** Finds all rules that do not allow a run: those about the agents of its numbers, and those about runs. */
export function runBlockersOf(
  steps: readonly RunStep[],
): (ctx: Context, check: RuleCheck) => Promise<readonly Blocker[]> {
  return async (ctx, check) => {
    const rules = await ctx.workspace.rules.list();
    const now = ctx.now();
    const recent = await ctx.workspace.runs.overSince(new Date(now.getTime() - longestWaitOf(rules)));
    return [...(await findBlockers(ctx, check)), ...judgeRun(rules, steps, { now, recent })];
  };
}

/** What the planned steps make of the agents of their numbers, together. */
export function effectsOfSteps(steps: readonly RunStep[]): readonly Effect[] {
  return steps.filter(isPlanned).flatMap(({ key, change, now }) => {
    const after = change && ownValue(wantedState(change), agentKey);
    return after === undefined ? [] : [{ key, before: ownValue(now, agentKey), after }];
  });
}
