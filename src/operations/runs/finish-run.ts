import { leftToFailBack } from "../../domain/runs/fail-back.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { Context } from "../shared/context.ts";
import { runCounts, runDetails, runsActor } from "./run-events.ts";

/**
 * Holds a failover after its last step, until it is taken back. Reverts and fail-backs are only reported, and then end.
 * Throws not_recorded.
 */
export async function holdIfFailover(ctx: Context, run: Run): Promise<Run> {
  if (run.kind !== "failover" && run.kind !== "practice") return run;
  const { runs } = ctx.workspace;
  const until = run.endsAt === undefined ? {} : { until: run.endsAt };
  await runs.hold(run.id, {
    kind: "failover.held",
    actor: runsActor,
    requestId: ctx.requestId,
    details: { ...runDetails(run), ...runCounts(run, ctx.now()), ...until },
  });
  return runs.get(run.id);
}

/**
 * Marks a run as done that was reported. A fail-back has taken its run back with it, unless it had to leave numbers. Throws
 * not_recorded.
 */
export async function markRunDone(ctx: Context, run: Run): Promise<void> {
  const { runs } = ctx.workspace;
  const kind = await endOf(ctx, run);
  const left = leftToFailBack(run).map(({ key }) => key);
  const details = {
    ...runDetails(run),
    ...runCounts(run, ctx.now()),
    ...(left.length > 0 ? { left: String(left.length) } : {}),
  };
  await runs.end(run.id, kind && { kind, actor: runsActor, requestId: ctx.requestId, details }, left);
}

/**
 * Ends a failover, with its entry, of which nothing is left to take back because what its fail-back had left was found to be put
 * back since. Returns it if it ended so and has to be reported, even if an earlier process has ended it. Throws not_recorded.
 */
export async function endIfReturned(ctx: Context, run: Run): Promise<Run | undefined> {
  const { runs } = ctx.workspace;
  if (run.state === "done" && run.status.isFoundReturned) return run;
  if (run.state !== "held" && run.state !== "stopped") return undefined;
  const event = {
    kind: "failover.ended",
    actor: runsActor,
    requestId: ctx.requestId,
    details: runDetails(run),
  } as const;
  return (await runs.endIfReturned(run.id, event)) ? runs.get(run.id) : undefined;
}

/** The kind of the entry about the end. A revert has none of its own: its incident shows it. */
async function endOf(
  ctx: Context,
  { kind, returns }: Run,
): Promise<"failover.returned" | "failover.practised" | "routes.applied" | undefined> {
  if (kind === "routes") return "routes.applied";
  if (kind !== "back" || returns === undefined) return undefined;
  const returned = await ctx.workspace.runs.get(returns);
  return returned.kind === "practice" ? "failover.practised" : "failover.returned";
}
