import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { ExpiryNote, TemporaryChange } from "../../domain/changes/temporary-change.ts";
import type { Context } from "../shared/context.ts";
import { recordNamedNow, type AskFor } from "../shared/present-names.ts";
import type { ExpiryEvent, ExpiryNotice } from "../../domain/changes/expiry-notice.ts";
import { aboutChange } from "./manage-expiry.ts";
import { channelOf } from "./revert-expired.ts";

/** The delay before looking again at something that another part of Patchbay works on, in milliseconds. */
export const soonMs = 2_000;
/** How overdue a change may be before Patchbay gives up, in milliseconds. */
export const giveUpAfterMs = 24 * 60 * 60_000;

/** A temporary change that is being processed, with its record. */
export interface ExpiryStep {
  readonly ctx: Context;
  readonly temporary: TemporaryChange;
  readonly record: ChangeRecord;
  notify(notice: ExpiryNotice): Promise<void>;
}

/** Notifies people of an event once, and returns the note that says so. */
export async function notifyOnce(
  step: ExpiryStep,
  news: ExpiryEvent & { readonly kind: ExpiryNote },
): Promise<Partial<TemporaryChange>> {
  const { temporary, record, notify } = step;
  if (temporary.notes.includes(news.kind)) return {};
  await notify({ temporary, record, event: news });
  return { notes: [...temporary.notes, news.kind] };
}

/** Completes a change after an event. */
export async function complete(step: ExpiryStep, event: ExpiryEvent): Promise<void> {
  const { temporary, record, notify } = step;
  await notify({ temporary, record, event });
  await save(step, { state: "over" });
}

/** Completes a change without reverting it. The audit log gets an entry with the reason, because there is no change. */
export async function leaveUnreverted(
  { ctx, temporary, record, notify }: ExpiryStep,
  event: ExpiryEvent,
): Promise<void> {
  await notify({ temporary, record, event });
  const problem =
    "problem" in event ? { code: event.problem.code, message: event.problem.message } : undefined;
  const { actor, requestId } = ctx;
  const about = aboutChange(await recordNamedNow(ctx, record, "nothing"));
  const entry = { ...about, kind: "timed.left", actor, requestId, problem } as const;
  await ctx.workspace.temporaryChanges.replace(
    { ...temporary, state: "over" },
    { ...entry, details: { why: event.kind, ...channelOf(temporary.place) } },
  );
}

/** Stores the next state, unless another write came first. */
export async function save({ ctx, temporary }: ExpiryStep, next: Partial<TemporaryChange>): Promise<void> {
  await ctx.workspace.temporaryChanges.replace({ ...temporary, ...next });
}

/** The time since the expiry, in milliseconds. */
export function lateBy({ ctx, temporary }: ExpiryStep): number {
  return ctx.now().getTime() - temporary.endsAt.getTime();
}

/** The time after that many milliseconds. */
export function after(ctx: Context, ms: number): Date {
  return new Date(ctx.now().getTime() + ms);
}

/** A change that was sent; undefined if it was refused before, or never started. */
export async function sentChange(ctx: Context, changeId: string): Promise<ChangeRecord | undefined> {
  try {
    const record = await ctx.workspace.audit.change(changeId);
    return record.requested.kind === "change.requested" ? record : undefined;
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

/** A reminder reads the number for its name. At the expiry, the number has just been read. */
export function askedFor({ event }: ExpiryNotice): AskFor {
  return event.kind === "reminder" ? "numbers" : "nothing";
}
