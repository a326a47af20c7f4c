import { formatActor } from "../../domain/actor.ts";
import type { AuditEvent, ChangeRecord } from "../../domain/audit-log.ts";
import type { ActEnd } from "../../domain/act-end.ts";
import { maxExpiryMs, reminderAt } from "../../domain/expiry.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import type { TemporaryChange } from "../../domain/temporary-change.ts";
import type { Context } from "../shared/context.ts";
import { frozen, readPolicy } from "../access/policy.ts";
import { recordNamedNow } from "../shared/present-names.ts";
import { channelOf } from "./revert-expired.ts";
import { expiryEnd } from "../history/act-status.ts";
import { assertApprover, assertOperator, recordRefusal, requireRoleAudited } from "../access/permissions.ts";

/** A change whose end somebody decides about, and the end as they saw it: a second click has seen an older one. */
export interface ExpiryChoice {
  readonly changeId: string;
  readonly endsAt: Date;
}

/** A change with its end as it now is. */
export interface ManagedExpiry {
  readonly record: ChangeRecord;
  readonly temporary: TemporaryChange;
}

const act = "decide when changes end";

type ExpiryDecision = "timed.kept" | "timed.extended" | "timed.ended";

/**
 * Takes the end away: the change stays. What was approved together with its end takes another approver. Throws
 * not_allowed, not_found, not_recorded, and already_requested when its end has come, or is no longer the one that was seen.
 */
export async function keepChange(ctx: Context, choice: ExpiryChoice): Promise<ManagedExpiry> {
  return manageExpiry(ctx, choice, "timed.kept", (temporary) => ({ ...temporary, state: "over" }));
}

/**
 * Puts the end off by as long as the change was made for, 24 h from now at most; one that is overdue counts from now.
 * Throws what `keepChange` throws.
 */
export async function extendChange(ctx: Context, choice: ExpiryChoice): Promise<ManagedExpiry> {
  return manageExpiry(ctx, choice, "timed.extended", (temporary) => {
    const now = ctx.now();
    const latest = now.getTime() + maxExpiryMs;
    const from = Math.max(temporary.endsAt.getTime(), now.getTime());
    const endsAt = new Date(Math.min(from + temporary.lastsMs, latest));
    if (endsAt <= temporary.endsAt) {
      throw new Problem("invalid_input", "This change already reverts as late as it can: 24 h from now.");
    }
    const state = temporary.state === "reminded" ? "running" : temporary.state;
    return { ...temporary, state, endsAt, remindAt: reminderAt(now, endsAt), dueAt: now };
  });
}

/**
 * Has the end come now, which is the change draft of who asks for it and no longer what was approved; what follows is told where
 * the change was asked. Throws what `keepChange` throws, frozen, and approval_required for a protected number.
 */
export async function expireNow(ctx: Context, choice: ExpiryChoice): Promise<ManagedExpiry> {
  return manageExpiry(ctx, choice, "timed.ended", (temporary) => {
    const now = ctx.now();
    const endedBy = ctx.actor.kind === "user" ? ctx.actor.userId : undefined;
    return { ...temporary, endsAt: now, dueAt: now, endedBy };
  });
}

async function manageExpiry(
  ctx: Context,
  { changeId, endsAt }: ExpiryChoice,
  kind: ExpiryDecision,
  next: (temporary: TemporaryChange) => TemporaryChange,
): Promise<ManagedExpiry> {
  await requireRoleAudited(ctx, "operator", act);
  const record = await recordNamedNow(ctx, await ctx.workspace.audit.change(changeId), "nothing");
  const about = aboutChange(record);
  try {
    await checkSteering(ctx, kind, record);
    // Somebody else may decide at the same moment, or the job may only have reminded: the second one looks again.
    for (;;) {
      const temporary = await ctx.workspace.temporaryChanges.find(changeId);
      if (!temporary) throw new Problem("not_found", "This change is not temporary.");
      const ended = await expiryEnd(ctx, record, temporary, endsAt);
      if (ended) throw isOver(ended);
      const steered = next(temporary);
      const details = { until: steered.endsAt.toISOString(), ...channelOf(temporary.place) };
      const { actor, requestId } = ctx;
      const event: AuditEvent = { ...about, kind, actor, requestId, details, outcome: "applied" };
      if (await ctx.workspace.temporaryChanges.replace(steered, event)) return { record, temporary: steered };
    }
  } catch (error) {
    if (isProblem(error)) await recordRefusal(ctx, { ...about, kind }, error);
    throw error;
  }
}

/** The refusal of a decision that comes too late, with what was decided, or has happened, before. */
function isOver(ended: ActEnd): Problem {
  const { how, changeId = "" } = ended;
  if (how === "superseded") {
    const words = `A newer change of this number (${changeId}) has superseded this one, so it no longer reverts by itself.`;
    return new Problem("nothing_to_change", words, { ended });
  }
  if (how === "undone") return new Problem("nothing_to_change", "This change is already undone.", { ended });
  const words =
    how === "extended"
      ? "Someone already extended this change since you looked."
      : "Too late: someone already decided, or this change already reverted.";
  return new Problem("already_requested", words, { ended });
}

/** Passes who may decide so about the end of a change of that number, as it stands now. */
async function checkSteering(ctx: Context, kind: ExpiryDecision, { requested }: ChangeRecord): Promise<void> {
  const { number: key, details, actor } = requested;
  if (!key) throw new Problem("unsupported", "That change does not name a number.");
  await assertOperator(ctx, key.connectionId);
  const { freeze, isProtected } = (await readPolicy(ctx))(key);
  if (kind === "timed.ended") {
    if (freeze) throw frozen(freeze);
    if (!isProtected) return;
    const words = "This number is protected: someone else must approve reverting it early.";
    throw new Problem("approval_required", words);
  }
  if (!isProtected || details?.["approval"] === undefined) return;
  await assertApprover(ctx, "extend a temporary change that was approved");
  if (formatActor(actor) === formatActor(ctx.actor)) {
    throw new Problem(
      "not_allowed",
      "You asked for this change, so someone else must decide whether to extend it.",
    );
  }
}

/** What an entry about the end of a change says of that change. */
export function aboutChange({
  requested,
}: ChangeRecord): Pick<AuditEvent, "changeId" | "connection" | "number" | "change"> {
  const { changeId, connection, number, change } = requested;
  return { changeId, connection, number, change };
}
