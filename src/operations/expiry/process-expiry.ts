import { isSettled, leftBy } from "../../domain/changes/change-record.ts";
import { changedFields } from "../../domain/numbers/change.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { newerExpiry } from "../history/active-expiries.ts";
import { permanentlySupersededBy, possiblySupersededBy } from "../history/superseded-change.ts";
import { recordNamedNow } from "../shared/present-names.ts";
import { classifyRefusal } from "./revert-expired.ts";
import { tryAgain, tryRevert } from "./try-revert.ts";
import {
  after,
  askedFor,
  complete,
  giveUpAfterMs,
  lateBy,
  leaveUnreverted,
  notifyOnce,
  save,
  sentChange,
  soonMs,
  type ExpiryStep,
} from "./expiry-step.ts";

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
  if (lateBy(step) < giveUpAfterMs) return save(step, { dueAt: after(ctx, soonMs) });
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
  } else if (open && lateBy(step) >= giveUpAfterMs) {
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
  return tryRevert(step);
}
