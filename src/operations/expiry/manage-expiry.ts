import type { OnCallGrant } from "../../domain/access/authorization.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import type { AuditEvent, ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import { otherPeople } from "../../domain/access/protection.ts";
import { maxExpiryMs, reminderAt } from "../../domain/changes/expiry.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { TemporaryChange } from "../../domain/changes/temporary-change.ts";
import type { Context } from "../shared/context.ts";
import { frozen, readPolicy } from "../access/policy.ts";
import { recordNamedNow } from "../shared/present-names.ts";
import { channelOf } from "./revert-expired.ts";
import { expiryStatus } from "../history/subject-status.ts";
import {
  assertApprover,
  assertOperator,
  onCallDetails,
  recordRefusal,
  requireRoleAudited,
} from "../access/permissions.ts";

/**
 * A temporary change that somebody makes a decision about, with the expiry as they saw it. After a first click, a
 * second one has seen an outdated expiry.
 */
export interface ExpiryChoice {
  readonly changeId: string;
  readonly endsAt: Date;
}

/** A temporary change with its current expiry. */
export interface ManagedExpiry {
  readonly record: ChangeRecord;
  readonly temporary: TemporaryChange;
}

const act = "decide when changes end";

type ExpiryDecision = "timed.kept" | "timed.extended" | "timed.ended";

/**
 * Makes the change permanent. If it was approved together with its expiry, one approver has to do this who did not request it. Throws
 * not_allowed, not_found, not_recorded, and already_requested if it has expired or its expiry is no longer the one that
 * was seen.
 */
export async function keepChange(ctx: Context, choice: ExpiryChoice): Promise<ManagedExpiry> {
  return manageExpiry(ctx, choice, "timed.kept", (temporary) => ({ ...temporary, state: "over" }));
}

/**
 * Extends the change by its original duration, to at most 24 h from now. An overdue change is extended from now. Throws
 * what `keepChange` throws.
 */
export async function extendChange(ctx: Context, choice: ExpiryChoice): Promise<ManagedExpiry> {
  return manageExpiry(ctx, choice, "timed.extended", (temporary) => {
    const now = ctx.now();
    const latest = now.getTime() + maxExpiryMs;
    const from = Math.max(temporary.endsAt.getTime(), now.getTime());
    const endsAt = new Date(Math.min(from + temporary.durationMs, latest));
    if (endsAt <= temporary.endsAt) {
      throw new Problem("invalid_input", "This change already reverts as late as it can: 24 h from now.");
    }
    const state = temporary.state === "reminded" ? "running" : temporary.state;
    return { ...temporary, state, endsAt, remindAt: reminderAt(now, endsAt), dueAt: now };
  });
}

/**
 * Reverts the change now. This is the decision of the person who asks, and no longer covered by the original approval.
 * The result is reported where the change was requested. Throws what `keepChange` throws, frozen, and approval_required
 * for a protected number.
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
    const onCall = await assertMayDecide(ctx, kind, record);
    // Repeated, because another write may come first: another person's decision, or a reminder from the job.
    for (;;) {
      const temporary = await ctx.workspace.temporaryChanges.find(changeId);
      if (!temporary) throw new Problem("not_found", "This change is not temporary.", { field: "change" });
      const ended = await expiryStatus(ctx, record, temporary, endsAt);
      if (ended) throw isOver(ended);
      const managed = next(temporary);
      const details = {
        until: managed.endsAt.toISOString(),
        ...channelOf(temporary.place),
        ...onCallDetails(onCall),
      };
      const { actor, requestId } = ctx;
      const event: AuditEvent<typeof kind> = {
        ...about,
        kind,
        actor,
        requestId,
        details,
        outcome: "applied",
      };
      if (await ctx.workspace.temporaryChanges.replace(managed, event)) return { record, temporary: managed };
    }
  } catch (error) {
    if (isProblem(error)) await recordRefusal(ctx, { ...about, kind }, error);
    throw error;
  }
}

/** The refusal of a decision that comes too late. It contains what happened before. */
function isOver(ended: SubjectStatus): Problem {
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

/** Checks that the person may make this decision about the number's change now, and returns the shift that it takes. */
async function assertMayDecide(
  ctx: Context,
  kind: ExpiryDecision,
  { requested }: ChangeRecord,
): Promise<OnCallGrant | undefined> {
  const { number: key, details, actor } = requested;
  if (!key) throw new Problem("unsupported", "That change does not name a number.");
  const operator = await assertOperator(ctx, key.connectionId);
  const { freeze, isProtected, approvals } = (await readPolicy(ctx))(key);
  if (kind === "timed.ended") {
    if (freeze) throw frozen(freeze);
    if (!isProtected) return operator.onCall?.role;
    const words = `This number is protected: ${otherPeople(approvals)} must approve reverting it early.`;
    throw new Problem("approval_required", words);
  }
  if (!isProtected || details?.["approval"] === undefined) return operator.onCall?.role;
  const approver = await assertApprover(ctx, "keep or extend a temporary change that was approved");
  if (formatActor(actor) === formatActor(ctx.actor)) {
    throw new Problem(
      "not_allowed",
      "You asked for this change, so someone else must decide whether to keep or extend it.",
    );
  }
  return approver.onCall?.approver ?? operator.onCall?.role;
}

/** The part of an expiry entry that describes the change. */
export function aboutChange({
  requested,
}: ChangeRecord): Pick<AuditEvent, "changeId" | "connection" | "number" | "change"> {
  const { changeId, connection, number, change } = requested;
  return { changeId, connection, number, change };
}
