import type { ChangeRecord } from "../../domain/audit-log.ts";
import { isSettled, leftBy } from "../../domain/change-record.ts";
import { changedFields } from "../../domain/change.ts";
import { ownValue } from "../../domain/own-value.ts";
import { longestWaitMs, withinLimits } from "../../domain/clamp-wait.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import type { TemporaryChange, ExpiryNote } from "../../domain/temporary-change.ts";
import { inTurn } from "../shared/bulk.ts";
import type { Context } from "../shared/context.ts";
import { supersedingChange } from "../history/superseding-change.ts";
import { newerEnd } from "../history/active-expiries.ts";
import { supersededBy } from "../history/superseded-change.ts";
import { recordNamedNow, type AskFor } from "../shared/present-names.ts";
import { channelOf, judged, revertExpired, type RevertAttempt } from "./revert-expired.ts";
import { aboutChange } from "./manage-expiry.ts";
import type { ExpiryEvent, ExpiryNotice } from "./expiry-event.ts";

const second = 1000;
const minute = 60 * second;
/** How often something is looked at that another part of Patchbay is busy with, in milliseconds. */
const soonMs = 2 * second;
/** When a change that could not be given back is tried again, from one try to the next; then as the last one says. */
const backOffMs = [10 * second, 30 * second, minute, 2 * minute, 5 * minute];
/** How long a try waits for its turn at the vendor; then it is put off, in milliseconds. */
const longestTurnMs = 30 * second;
/** How late the end of a change may be before it is said loudly, and before it is given up, in milliseconds. */
const loudMs = 10 * minute;
const longestMs = 24 * 60 * minute;

/** How news reaches people. It does not throw. */
export type NotifyExpiry = (story: ExpiryNotice) => Promise<void>;

/**
 * One look at a change that ends by itself: starts its time once it took effect, reminds, and at its end gives the
 * number back. News is told before it is noted, so that a crash in between tells it twice rather than never; a try to
 * give the number back is noted before it is made, so that there is never a second one while the first is open.
 */
export async function processExpiry(ctx: Context, changeId: string, tell: NotifyExpiry): Promise<void> {
  const timed = await ctx.workspace.temporaryChanges.find(changeId);
  if (!timed || timed.state === "over") return;
  const record = await ctx.workspace.audit.change(changeId);
  const named: NotifyExpiry = async (story) =>
    tell({ ...story, record: await recordNamedNow(ctx, story.record, askedFor(story)) });
  const look: Look = { ctx, timed, record, tell: named };
  if (timed.state === "sent") await begin(look);
  else if (timed.state === "reverting" || ctx.now() >= timed.endsAt) await end(look);
  else if (timed.state === "running" && ctx.now() >= timed.remindAt) await remind(look);
  else await put(look, { dueAt: timed.state === "running" ? timed.remindAt : timed.endsAt });
}

/** A number is read for its reminder; at its end it has just been read. */
function askedFor({ news }: ExpiryNotice): AskFor {
  return news.kind === "reminder" ? "numbers" : "nothing";
}

/** Says once of a change whose end seems to have come that it waits until the machine's clock is right again. */
export async function tellClockOff(ctx: Context, changeId: string, tell: NotifyExpiry): Promise<void> {
  const timed = await ctx.workspace.temporaryChanges.find(changeId);
  if (!timed || timed.state === "over" || ctx.now() < timed.endsAt) return;
  const record = await ctx.workspace.audit.change(changeId);
  // One that never took effect has nothing to revert.
  if (record.outcome?.outcome !== "applied") return;
  const look: Look = { ctx, timed, record, tell };
  const { notes } = await noted(look, { kind: "clock_off" });
  if (notes) await put(look, { notes });
}

interface Look {
  readonly ctx: Context;
  readonly timed: TemporaryChange;
  readonly record: ChangeRecord;
  readonly tell: NotifyExpiry;
}

async function begin(look: Look): Promise<void> {
  const { ctx, record } = look;
  const outcome = record.outcome?.outcome;
  if (outcome === "applied") return put(look, { state: "running", dueAt: ctx.now() });
  if (outcome === "refused") return put(look, { state: "over" });
  if (lateBy(look) < longestMs) return put(look, { dueAt: inFuture(ctx, soonMs) });
  const words = "Whether the change took effect was never known, so nothing was put back.";
  return leave(look, { kind: "failed", problem: new Problem("outcome_unknown", words) });
}

async function remind(look: Look): Promise<void> {
  const { ctx, timed, record, tell } = look;
  const later = await supersededBy(ctx, record);
  // Where somebody has changed it since, there is nothing to keep or to put off; its end says so.
  if (!later) await tell({ timed, record, news: { kind: "reminder" } });
  await put(look, { state: "reminded", dueAt: timed.endsAt });
}

async function end(look: Look): Promise<void> {
  const { ctx, timed, record } = look;
  const open = timed.revertId === undefined ? undefined : await sentChange(ctx, timed.revertId);
  if (open?.outcome?.outcome === "applied") return over(look, { kind: "reverted", revert: open });
  if (open?.outcome?.outcome === "refused") {
    const { code, message } = open.outcome.problem ?? {};
    const problem = new Problem(
      code === undefined || code === "bug" ? "vendor_ignored" : code,
      message ?? "It was refused.",
    );
    if (judged(problem).became === "failed") return leave(look, { kind: "failed", problem });
  } else if (open && lateBy(look) >= longestMs) {
    const words = "Whether the number was put back was never known.";
    return leave(look, { kind: "failed", problem: new Problem("outcome_unknown", words) });
  } else if (open) {
    const news = open.outcome && ({ kind: "unknown", revert: open } as const);
    return put(look, { ...(news ? await noted(look, news) : {}), dueAt: inFuture(ctx, soonMs) });
  }
  const newer = await newerEnd(ctx, timed, record);
  if (newer) {
    const notes = await noted(look, { kind: "waits", newer: newer.record, until: newer.timed.endsAt });
    return put(look, { ...notes, dueAt: inFuture(ctx, soonMs) });
  }
  const later = await supersedingChange(ctx, record);
  if (later?.outcome?.outcome === "applied") {
    const undoes = later.requested.details?.["undoes"];
    if (undoes === timed.changeId) return put(look, { state: "over" });
  }
  // A vendor may show a change later than it takes it, so the number may look as if nobody had changed it since.
  if (later && !isSettled(later)) {
    const words = "Nobody knows yet whether a newer change of this number took effect.";
    return tryAgain(look, new Problem("outcome_unknown", words));
  }
  const newest = await supersededBy(ctx, record);
  const now = leftBy(record);
  // It has come to the same again, and is somebody's newer decision all the same: the change pipeline could not tell.
  if (newest && changedFields(leftBy(newest), now, Object.keys(now)).length === 0)
    return leave(look, { kind: "moved", by: newest, now });
  try {
    const tried = await inTurn(ctx, timed.connectionId, longestTurnMs, async () => tryOnce(look));
    return tried && (await follow(tried.look, tried.ended));
  } catch (error) {
    // The vendor has asked for a longer wait, so nothing was tried.
    if (!isProblem(error, "rate_limited")) throw error;
    return tryAgain(look, error);
  }
}

/** One try, which is noted before it is made; undefined where somebody has kept the change or put its end off meanwhile. */
async function tryOnce(
  look: Look,
): Promise<{ readonly look: Look; readonly ended: RevertAttempt } | undefined> {
  const { ctx, timed, record } = look;
  const trying: TemporaryChange = {
    ...timed,
    state: "reverting",
    revertId: ctx.newId("chg"),
    tries: timed.tries + 1,
    dueAt: inFuture(ctx, soonMs),
  };
  if (!(await ctx.workspace.temporaryChanges.replace(trying))) return undefined;
  const recorded = { ...trying, revision: trying.revision + 1 };
  return { look: { ...look, timed: recorded }, ended: await revertExpired(ctx, record, recorded) };
}

/** Puts the next try off, and says that it could not be done so far once that has lasted. */
async function tryAgain(look: Look, problem: Problem, kind?: ExpiryNote & "frozen"): Promise<void> {
  const { ctx, timed } = look;
  const lateMs = lateBy(look);
  if (lateMs >= longestMs) return leave(look, { kind: "failed", problem });
  const news = kind ?? (lateMs >= loudMs ? "unreachable" : undefined);
  const notes = news ? await noted(look, { kind: news, problem }) : {};
  const waitMs = backOffMs[Math.max(0, timed.tries - 1)] ?? backOffMs.at(-1) ?? minute;
  const nextMs = Math.max(waitMs, withinLimits(problem.details.retryAfterMs ?? 0, 0, longestWaitMs));
  // It is said when it has lasted, however long the vendor wants us to wait.
  const isQuiet = lateMs < loudMs && !timed.notes.includes("unreachable");
  return put(look, { ...notes, dueAt: inFuture(ctx, isQuiet ? Math.min(nextMs, loudMs - lateMs) : nextMs) });
}

async function follow(look: Look, tried: RevertAttempt): Promise<void> {
  const { ctx, timed, record } = look;
  const { revertId = "" } = timed;
  switch (tried.became) {
    case "applied":
      return over(look, { kind: "reverted", revert: await ctx.workspace.audit.change(revertId) });
    case "unknown": {
      const revert = await ctx.workspace.audit.change(revertId);
      const notes = await noted(look, { kind: "unknown", revert });
      ctx.reconcileLater(revertId);
      return put(look, { ...notes, dueAt: inFuture(ctx, soonMs) });
    }
    case "already":
      return leave(look, { kind: "already" });
    case "moved": {
      const now = tried.problem.details.now ?? {};
      const later = await supersedingChange(ctx, record);
      const ours =
        later &&
        Object.entries(leftBy(later)).every(
          ([key, value]) => !Object.hasOwn(now, key) || ownValue(now, key) === value,
        );
      return leave(look, { kind: "moved", by: ours ? later : undefined, now });
    }
    case "failed":
      return leave(look, { kind: "failed", problem: tried.problem });
    case "frozen":
      return tryAgain(look, tried.problem, "frozen");
    case "again":
      return tryAgain(look, tried.problem);
  }
}

/** Tells something once, and gives the note of it. */
async function noted(
  look: Look,
  news: ExpiryEvent & { readonly kind: ExpiryNote },
): Promise<Partial<TemporaryChange>> {
  const { timed, record, tell } = look;
  if (timed.notes.includes(news.kind)) return {};
  await tell({ timed, record, news });
  return { notes: [...timed.notes, news.kind] };
}

async function over(look: Look, news: ExpiryEvent): Promise<void> {
  const { timed, record, tell } = look;
  await tell({ timed, record, news });
  await put(look, { state: "over" });
}

/** The end that leaves the number as it is; the audit log says why, since it has no change that would tell. */
async function leave({ ctx, timed, record, tell }: Look, news: ExpiryEvent): Promise<void> {
  await tell({ timed, record, news });
  const problem = "problem" in news ? { code: news.problem.code, message: news.problem.message } : undefined;
  const { actor, requestId } = ctx;
  const about = aboutChange(await recordNamedNow(ctx, record, "nothing"));
  const entry = { ...about, kind: "timed.left", actor, requestId, problem } as const;
  await ctx.workspace.temporaryChanges.replace(
    { ...timed, state: "over" },
    { ...entry, details: { why: news.kind, ...channelOf(timed.place) } },
  );
}

async function put({ ctx, timed }: Look, next: Partial<TemporaryChange>): Promise<void> {
  await ctx.workspace.temporaryChanges.replace({ ...timed, ...next });
}

/** How long ago the end was, in milliseconds. */
function lateBy({ ctx, timed }: Look): number {
  return ctx.now().getTime() - timed.endsAt.getTime();
}

function inFuture(ctx: Context, ms: number): Date {
  return new Date(ctx.now().getTime() + ms);
}

/** A change that was sent; undefined for one that was not: refused before, or never begun. */
async function sentChange(ctx: Context, changeId: string): Promise<ChangeRecord | undefined> {
  try {
    const record = await ctx.workspace.audit.change(changeId);
    return record.requested.kind === "change.requested" ? record : undefined;
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
