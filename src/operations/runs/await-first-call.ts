import { firstCallsOverMs, isProof, recordedProof } from "../../domain/changes/first-call.ts";
import type { PauseReason } from "../../domain/runs/pause.ts";
import type { Run } from "../../domain/runs/run.ts";
import { awaitedSince, awaitedSteps, hasToBeCalled } from "../../domain/runs/tier-gates.ts";
import type { Context } from "../shared/context.ts";
import { proofEntries } from "./load-run-calls.ts";

/** Where a waiting run records that it goes on, so that a long wait is no long stop, in milliseconds. */
const noteEveryMs = 60_000;

/**
 * What the first calls to a tier show, as far as those who look for them have recorded it (ADR 64): `proved` even if the
 * run does not wait for any, `waiting` while they are looked for, or why the run has to pause.
 */
export async function evaluateFirstCalls(
  ctx: Context,
  run: Run,
  tier: number,
): Promise<"proved" | "waiting" | PauseReason> {
  if (!hasToBeCalled(run, tier)) return "proved";
  const awaited = awaitedSteps(run, tier).map(({ changeId }) => changeId);
  if (awaited.length === 0) return "none_changed";
  const { runs } = ctx.workspace;
  // Before the log: what is recorded last is recorded before the looks end.
  const isWatched = await runs.isWatched(awaited);
  const proofs = (await proofEntries(ctx, run)).filter(({ changeId = "" }) => awaited.includes(changeId));
  if (proofs.some(({ kind }) => kind === "proof.contradicted")) return "call_contradicted";
  if (proofs.some(({ kind }) => kind === "proof.failing")) return "calls_failing";
  if (proofs.some((entry) => isProof(recordedProof([entry])))) {
    await runs.prove(run.id, tier, run.status.resumes);
    return "proved";
  }
  const waitedMs = ctx.now().getTime() - Date.parse(awaitedSince(run, tier) ?? run.madeAt);
  // Looks that fail again and again never end by themselves. Nothing ends by a clock that is wrong.
  if (!isWatched || (waitedMs >= firstCallsOverMs && !ctx.isClockSkewed())) return "no_call";
  const quietMs = ctx.now().getTime() - Date.parse(run.progressAt ?? run.madeAt);
  if (quietMs >= noteEveryMs) await runs.noteProgress(run.id);
  return "waiting";
}
