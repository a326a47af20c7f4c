import { defaultStopRule, maxPlanNumbers } from "../../domain/failover/plan.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { isPlanned, type Verdict } from "../../domain/runs/run-step.ts";
import type { Run, RunRequester, RunSource } from "../../domain/runs/run.ts";
import type { FileFault } from "../../domain/text/file-form.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { planRoutes } from "./plan-routes.ts";

/** How routes are applied. */
export interface ApplyOptions {
  readonly by: RunRequester;
  readonly source: RunSource;
  readonly reason?: string | undefined;
  /** The id of the run, if the caller needs to know it beforehand. */
  readonly id?: string | undefined;
  readonly reaches?: ((connectionId: string) => boolean) | undefined;
  /** Whether somebody else has to approve every change, not only those of protected numbers. */
  readonly isProposal: boolean;
}

/** A routes run as it is shown, without a run if nothing differs; or what is wrong with the file. */
export type ShownRoutes =
  | { readonly numbers: number; readonly run: Run | undefined; readonly faults?: undefined }
  | { readonly faults: readonly FileFault[] };

/**
 * Compares the routes of a file with the numbers, and stores what a run would do, so that it can be confirmed or approved
 * exactly as shown. For operators. Changes no number. Throws not_allowed, nothing_to_change if nothing of what differs
 * can be changed now, invalid_input for too many changes, and not_recorded.
 */
export async function showRoutesRun(
  ctx: Context,
  file: unknown,
  options: ApplyOptions,
): Promise<ShownRoutes> {
  await requireRoleAudited(ctx, "operator", "apply routes");
  const { by, source, reason, isProposal, reaches, id = ctx.newId("run") } = options;
  const plan = await planRoutes(ctx, file, {
    approvalFor: (isProtected) => (isProposal || isProtected ? "run" : undefined),
    reaches,
  });
  if (plan.faults) return plan;
  const { numbers, steps } = plan;
  if (steps.length === 0) return { numbers, run: undefined };
  const changes = steps.filter(isPlanned).length;
  if (changes === 0) throw nothingCanBeChanged(steps.map(({ verdict }) => verdict));
  if (changes > maxPlanNumbers)
    throw new Problem(
      "invalid_input",
      `A run makes at most ${maxPlanNumbers.toLocaleString("en")} changes; these are ${changes.toLocaleString("en")}.`,
    );
  const { inARow, percentOfTier, atLeast } = defaultStopRule;
  await ctx.workspace.runs.show({
    id,
    kind: "routes",
    by,
    steps,
    terms: {
      reason,
      source,
      tiers: [{ name: "all" }],
      stop: { inARow, ofATier: percentOfTier / 100, atLeast },
    },
  });
  return { numbers, run: await ctx.workspace.runs.get(id) };
}

/** Why no number that differs can be changed now, with the first reason. */
function nothingCanBeChanged(verdicts: readonly Verdict[]): Problem {
  const isFrozen = verdicts.some((verdict) => verdict.kind === "held" && verdict.by === "freeze");
  const [why] = verdicts.flatMap((verdict) => ("why" in verdict ? [verdict.why] : []));
  const words = ["Nothing of what differs can be changed now.", why].filter((each) => each !== undefined);
  return new Problem(isFrozen ? "frozen" : "nothing_to_change", words.join(" "));
}
