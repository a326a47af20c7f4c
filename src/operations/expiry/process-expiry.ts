import { isSettled, leftBy } from "../../domain/changes/change-record.ts";
import { changedFields, compare } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { longestWaitMs, withinLimits } from "../../domain/shared/clamp-wait.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { TemporaryChange, ExpiryNote } from "../../domain/changes/temporary-change.ts";
import { inTurn } from "../shared/bulk.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { newerExpiry } from "../history/active-expiries.ts";
import { permanentlySupersededBy, possiblySupersededBy } from "../history/superseded-change.ts";
import { recordNamedNow } from "../shared/present-names.ts";
import { classifyRefusal, notReported, revertExpired, type RevertAttempt } from "./revert-expired.ts";
import {
  after,
  askedFor,
  complete,
  lateBy,
  leaveUnreverted,
  notifyOnce,
  save,
  sentChange,
  type ExpiryStep,
} from "./expiry-step.ts";

const second = 1000;
const minute = 60 * second;
/** The delay before looking again at something that another part of Patchbay works on, in milliseconds. */
const soonMs = 2 * second;
/** The delays between attempts to revert, in milliseconds. The last one repeats. */
const backOffMs = [10 * second, 30 * second, minute, 2 * minute, 5 * minute];
/** How long an attempt waits for the vendor's rate limit, in milliseconds. */
const longestTurnMs = 30 * second;
/** How overdue a change may be before people are notified, and before Patchbay gives up, in milliseconds. */
const loudMs = 10 * minute;
const longestMs = 24 * 60 * minute;

/**
 * Processes a temporary change: starts its time once it took effect, reminds people, and reverts it when it expires.
 * People are notified before that is stored, so that a crash in between notifies them twice rather than never. An attempt
 * to revert is stored before it starts, so that there is never a second one while the first is open. Returns whether
 * nothing was left to do; else what it stores says when it is due again.
 */
export async function processExpiry(
  ctx: Context,
  changeId: string,
  notifier: Pick<Notifier, "temporaryChange">,
): Promise<boolean> {
  const temporary = await ctx.workspace.temporaryChanges.find(changeId);
  if (!temporary || temporary.state === "over") return true;
  const record = await ctx.workspace.audit.change(changeId);
  const notify: ExpiryStep["notify"] = async (notice) => {
    const named = await recordNamedNow(ctx, notice.record, askedFor(notice));
    await notifier.temporaryChange(ctx, { ...notice, record: named });
  };
  const step: ExpiryStep = { ctx, temporary, record, notify };
  if (temporary.state === "sent") await begin(step);
  else if (temporary.state === "reverting" || ctx.now() >= temporary.endsAt) await end(step);
  else if (temporary.state === "running" && ctx.now() >= temporary.remindAt) await remind(step);
  else await save(step, { dueAt: temporary.state === "running" ? temporary.remindAt : temporary.endsAt });
  return false;
}

/**
 * Processes a temporary change while the machine's clock is wrong: reverts it if somebody asked for that, because then no
 * clock decides. Otherwise notifies people once that an expired change waits.
 */
export async function processDuringClockSkew(
  ctx: Context,
  changeId: string,
  notifier: Pick<Notifier, "temporaryChange">,
): Promise<boolean> {
  const temporary = await ctx.workspace.temporaryChanges.find(changeId);
  if (temporary?.endedBy !== undefined) return processExpiry(ctx, changeId, notifier);
  if (!temporary || temporary.state === "over") return true;
  if (ctx.now() < temporary.endsAt) return false;
  const record = await ctx.workspace.audit.change(changeId);
  // A change that never took effect has nothing to revert.
  if (record.outcome?.outcome !== "applied") return false;
  const notify: ExpiryStep["notify"] = async (notice) => notifier.temporaryChange(ctx, notice);
  const step: ExpiryStep = { ctx, temporary, record, notify };
  const { notes } = await notifyOnce(step, { kind: "clock_off" });
  if (notes) await save(step, { notes });
  return false;
}

async function begin(step: ExpiryStep): Promise<void> {
  const { ctx, record } = step;
  const outcome = record.outcome?.outcome;
  if (outcome === "applied") return save(step, { state: "running", dueAt: ctx.now() });
  if (outcome === "refused") return save(step, { state: "over" });
  if (lateBy(step) < longestMs) return save(step, { dueAt: after(ctx, soonMs) });
  const words = "Patchbay could not find out whether the change took effect, so it reverted nothing.";
  return leaveUnreverted(step, { kind: "failed", problem: new Problem("outcome_unknown", words) });
}

async function remind(step: ExpiryStep): Promise<void> {
  const { ctx, temporary, record, notify } = step;
  const later = await permanentlySupersededBy(ctx, record);
  // If somebody has changed the number since, there is nothing to keep or extend.
  if (!later) await notify({ temporary, record, event: { kind: "reminder" } });
  await save(step, { state: "reminded", dueAt: temporary.endsAt });
}

async function end(step: ExpiryStep): Promise<void> {
  const { ctx, temporary, record } = step;
  const open = temporary.revertId === undefined ? undefined : await sentChange(ctx, temporary.revertId);
  if (open?.outcome?.outcome === "applied") return complete(step, { kind: "reverted", revert: open });
  if (open?.outcome?.outcome === "refused") {
    const { code, message } = open.outcome.problem ?? {};
    const problem = new Problem(
      code === undefined || code === "bug" ? "vendor_ignored" : code,
      message ?? "It was refused.",
    );
    if (classifyRefusal(problem).result === "failed")
      return leaveUnreverted(step, { kind: "failed", problem });
  } else if (open && lateBy(step) >= longestMs) {
    const words = "Patchbay could not find out whether the number has its former settings again.";
    return leaveUnreverted(step, { kind: "failed", problem: new Problem("outcome_unknown", words) });
  } else if (open) {
    const news = open.outcome && ({ kind: "unknown", revert: open } as const);
    return save(step, { ...(news ? await notifyOnce(step, news) : {}), dueAt: after(ctx, soonMs) });
  }
  const newer = await newerExpiry(ctx, temporary, record);
  if (newer) {
    const notes = await notifyOnce(step, {
      kind: "waits",
      newer: newer.record,
      until: newer.temporary.endsAt,
    });
    return save(step, { ...notes, dueAt: after(ctx, soonMs) });
  }
  const later = await possiblySupersededBy(ctx, record);
  if (later?.outcome?.outcome === "applied") {
    const undoes = later.requested.details?.["undoes"];
    if (undoes === temporary.changeId) return save(step, { state: "over" });
  }
  // A vendor may show a change later than it makes it, so the number may look unchanged.
  if (later && !isSettled(later)) {
    const words = "Nobody knows yet whether a newer change of this number took effect.";
    return tryAgain(step, new Problem("outcome_unknown", words));
  }
  const newest = await permanentlySupersededBy(ctx, record);
  const now = leftBy(record);
  // The values are the same again, but by somebody's newer decision. The change pipeline could not tell.
  if (newest && changedFields(leftBy(newest), now, Object.keys(now)).length === 0)
    return leaveUnreverted(step, { kind: "moved", by: newest, now });
  try {
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
    tries: temporary.tries + 1,
    dueAt: after(ctx, soonMs),
  };
  if (!(await ctx.workspace.temporaryChanges.replace(trying))) return undefined;
  const recorded = { ...trying, revision: trying.revision + 1 };
  return { step: { ...step, temporary: recorded }, ended: await revertExpired(ctx, record, recorded) };
}

/** Schedules the next attempt, and notifies people if the change has been overdue for some time. */
async function tryAgain(step: ExpiryStep, problem: Problem, kind?: ExpiryNote & "frozen"): Promise<void> {
  const { ctx, temporary } = step;
  const lateMs = lateBy(step);
  if (lateMs >= longestMs) return leaveUnreverted(step, { kind: "failed", problem });
  const news = kind ?? (lateMs >= loudMs ? "unreachable" : undefined);
  const notes = news ? await notifyOnce(step, { kind: news, problem }) : {};
  const waitMs = backOffMs[Math.max(0, temporary.tries - 1)] ?? backOffMs.at(-1) ?? minute;
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
