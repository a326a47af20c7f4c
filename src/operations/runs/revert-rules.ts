import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import type { Blocker, Effect } from "../../domain/failover/rules.ts";
import type { LookedStep } from "../../domain/failover/standing.ts";
import { agentKey, wantedState } from "../../domain/numbers/change.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isPlanned } from "../../domain/runs/run-step.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { enforceRules, findBlockers, prepareRuleCheck } from "../access/enforce-rules.ts";
import type { Context } from "../shared/context.ts";

/** What the planned steps make of the agents of their numbers, together. */
export function effectsOfSteps(steps: readonly LookedStep[]): readonly Effect[] {
  return steps.filter(isPlanned).flatMap(({ key, change, now }) => {
    const after = change && ownValue(wantedState(change), agentKey);
    return after === undefined ? [] : [{ key, before: ownValue(now, agentKey), after }];
  });
}

/**
 * All rules that do not allow a fail-back, or the revert of an incident, now and as a whole. Those about runs are not among
 * them: what went wrong is taken back at once, and as it was shown. Reads what the rules need. Throws not_allowed if the rules
 * cannot be read.
 */
export async function findRevertBlockers(
  ctx: Context,
  { steps }: Pick<Run, "steps">,
): Promise<readonly Blocker[]> {
  return findBlockers(ctx, await prepareRuleCheck(ctx, effectsOfSteps(steps)));
}

/**
 * Does something once the rules allow a fail-back or a revert as a whole, with the rules that the person overrides. Throws
 * ruled_out with all that do not allow it, and not_allowed if they cannot be read.
 */
export async function whenRevertIsAllowed<Result>(
  ctx: Context,
  { steps }: Pick<Run, "steps">,
  act: (overrode: Pick<ChangeDetails, "overrode">) => Promise<Result>,
): Promise<Result> {
  const check = await prepareRuleCheck(ctx, effectsOfSteps(steps));
  return check.exclusively(async () => {
    const { overrode } = await enforceRules(ctx, check);
    return act(overrode === undefined ? {} : { overrode });
  });
}
