import { leftBy } from "../../domain/changes/change-record.ts";
import { compare } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { longestWaitMs, withinLimits } from "../../domain/shared/waits.ts";
import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import type { TemporaryChange, ExpiryNote } from "../../domain/changes/temporary-change.ts";
import { inTurn } from "../shared/bulk.ts";
import { possiblySupersededBy } from "../history/superseded-change.ts";
import { notReported, revertExpired, type RevertAttempt } from "./revert-expired.ts";
import {
  after,
  complete,
  giveUpAfterMs,
  lateBy,
  leaveUnreverted,
  notifyOnce,
  save,
  soonMs,
  type ExpiryStep,
} from "./expiry-step.ts";

const second = 1000;
const minute = 60 * second;
/** The delays between attempts to revert, in milliseconds. The last one repeats. */
const backOffMs = [10 * second, 30 * second, minute, 2 * minute, 5 * minute];
/** How long an attempt waits for the vendor's rate limit, in milliseconds. */
const longestTurnMs = 30 * second;
/** How overdue a change may be before people are notified, in milliseconds. */
const loudMs = 10 * minute;

/** Attempts to revert an expired change, and stores what follows from the result. */
export async function tryRevert(step: ExpiryStep): Promise<void> {
  try {
    const { ctx, temporary } = step;
    const tried = await inTurn(ctx, temporary.connectionId, longestTurnMs, async () => tryOnce(step));
    return tried && (await follow(tried.step, tried.ended));
  } catch (error) {
    // The vendor asks for a longer wait, so there was no attempt.
    if (!isProblem(error, "rate_limited")) throw error;
    return tryAgain(step, error);
  }
}

/** Stores an attempt, then makes it; undefined if somebody made the change permanent or extended it meanwhile. */
async function tryOnce(
  step: ExpiryStep,
): Promise<{ readonly step: ExpiryStep; readonly ended: RevertAttempt } | undefined> {
  const { ctx, temporary, record } = step;
  const trying: TemporaryChange = {
    ...temporary,
    state: "reverting",
    revertId: ctx.newId("chg"),
    attempts: temporary.attempts + 1,
    dueAt: after(ctx, soonMs),
  };
  if (!(await ctx.workspace.temporaryChanges.replace(trying))) return undefined;
  const recorded = { ...trying, revision: trying.revision + 1 };
  return { step: { ...step, temporary: recorded }, ended: await revertExpired(ctx, record, recorded) };
}

/** Schedules the next attempt, and notifies people if the change has been overdue for some time. */
export async function tryAgain(
  step: ExpiryStep,
  problem: Problem,
  kind?: ExpiryNote & "frozen",
): Promise<void> {
  const { ctx, temporary } = step;
  const lateMs = lateBy(step);
  if (lateMs >= giveUpAfterMs) return leaveUnreverted(step, { kind: "failed", problem });
  const isLoud = problem.code === "ruled_out" || lateMs >= loudMs;
  const news = kind ?? (isLoud ? "unreachable" : undefined);
  const notes = news ? await notifyOnce(step, { kind: news, problem }) : {};
  const waitMs = backOffMs[Math.max(0, temporary.attempts - 1)] ?? backOffMs.at(-1) ?? minute;
  const nextMs = Math.max(waitMs, withinLimits(problem.details.retryAfterMs ?? 0, 0, longestWaitMs));
  // People are notified in time, however long the vendor asks us to wait.
  const isQuiet = lateMs < loudMs && !temporary.notes.includes("unreachable");
  return save(step, { ...notes, dueAt: after(ctx, isQuiet ? Math.min(nextMs, loudMs - lateMs) : nextMs) });
}

async function follow(step: ExpiryStep, tried: RevertAttempt): Promise<void> {
  const { ctx, temporary, record } = step;
  const { revertId = "" } = temporary;
  switch (tried.result) {
    case "applied":
      return complete(step, { kind: "reverted", revert: await ctx.workspace.audit.change(revertId) });
    case "unknown": {
      const revert = await ctx.workspace.audit.change(revertId);
      const notes = await notifyOnce(step, { kind: "unknown", revert });
      ctx.reconcileLater(revertId);
      return save(step, { ...notes, dueAt: after(ctx, soonMs) });
    }
    case "already":
      return leaveUnreverted(step, { kind: "already" });
    case "moved": {
      const now = tried.problem.details.now ?? {};
      if (compare(leftBy(record), now) === "not_reported")
        return leaveUnreverted(step, { kind: "failed", problem: notReported(ctx, record) });
      const later = await possiblySupersededBy(ctx, record);
      const ours =
        later &&
        Object.entries(leftBy(later)).every(
          ([key, value]) => !Object.hasOwn(now, key) || ownValue(now, key) === value,
        );
      return leaveUnreverted(step, { kind: "moved", by: ours ? later : undefined, now });
    }
    case "failed":
      return leaveUnreverted(step, { kind: "failed", problem: tried.problem });
    case "frozen":
      return tryAgain(step, tried.problem, "frozen");
    case "again":
      return tryAgain(step, tried.problem);
  }
}
