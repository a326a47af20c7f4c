import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import { canBeUndone } from "../../domain/changes/change-record.ts";
import { agentKey, changedFields, type Snapshot } from "../../domain/numbers/change.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { sameScope, type Scope } from "../../domain/numbers/scope.ts";
import type { TemporaryChange } from "../../domain/changes/temporary-change.ts";
import type { Context } from "../shared/context.ts";
import { searchDepth, permanentlySupersededBy } from "./superseded-change.ts";

type Kept = Pick<Context, "workspace">;

/** How many entries are searched, newest first, for the one that says how something ended. */
const mostEntries = 1_000;

/**
 * How a temporary change ended, or how its expiry has changed since a person saw it as `expiresAt`. Undefined if it is
 * as they saw it.
 */
export async function expiryStatus(
  ctx: Kept,
  record: ChangeRecord,
  temporary: TemporaryChange,
  expiresAt?: Date,
): Promise<SubjectStatus | undefined> {
  const { changeId } = temporary;
  const entries = await entriesOf(ctx, changeId);
  const newest = (...kinds: readonly AuditKind[]): AuditEntry | undefined => newestOf(entries, kinds);
  if (temporary.state === "over") {
    const last = newest("timed.kept", "timed.left");
    if (last?.kind === "timed.kept") return { how: "kept", ...byWhom(last) };
    if (last) return { how: "left", at: last.at, why: whyLeft(last) };
  }
  const later = await permanentlySupersededBy(ctx, record);
  if (later) return laterStatus(later, changeId, temporary);
  if (temporary.state === "over") return { how: "left" };
  if (temporary.state === "reverting" || temporary.endedBy !== undefined) {
    const asked = temporary.endedBy === undefined ? undefined : newest("timed.ended");
    return { how: "reverting", ...(asked ? byWhom(asked) : {}) };
  }
  if (expiresAt === undefined || expiresAt.getTime() === temporary.endsAt.getTime()) return undefined;
  const moved = newest("timed.extended");
  return { how: "extended", ...(moved ? byWhom(moved) : {}), until: temporary.endsAt.toISOString() };
}

/**
 * What has happened to a change since: it was undone, reverted or permanently superseded; or, if it did not take
 * effect, it was made later. Undefined while it can still be undone or retried. With `overNewer` a newer change ends
 * nothing.
 */
export async function changeStatus(
  ctx: Kept,
  record: ChangeRecord,
  { overNewer = false }: { readonly overNewer?: boolean | undefined } = {},
): Promise<SubjectStatus | undefined> {
  const { changeId, number } = record.requested;
  if (changeId === undefined || !number) return undefined;
  if (!canBeUndone(record)) return madeSince(ctx, record);
  const undoer = await undoneBy(ctx, record);
  const later = undoer ?? (overNewer ? undefined : await permanentlySupersededBy(ctx, record));
  return later && laterStatus(later, changeId, await ctx.workspace.temporaryChanges.find(changeId));
}

/** The change that undid this one, if that undo still holds; undefined without one. */
export async function undoneBy(
  ctx: Kept,
  { requested: { sequence, changeId, number } }: ChangeRecord,
): Promise<ChangeRecord | undefined> {
  if (!number) return undefined;
  const { connectionId, numberId } = number;
  const changes = await ctx.workspace.audit.changes({
    number: { connectionId, numberId },
    limit: searchDepth,
  });
  const undone = new Map<string, ChangeRecord>();
  for (const later of changes) {
    const { requested, outcome } = later;
    if (requested.sequence <= sequence) break;
    const undoes = requested.details?.["undoes"];
    // An undo that was itself undone does not count.
    const stands = outcome?.outcome === "applied" && !undone.has(requested.changeId ?? "");
    if (stands && undoes !== undefined && !undone.has(undoes)) undone.set(undoes, later);
  }
  return undone.get(changeId ?? "");
}

/** Who removed a freeze, a protection or a connection, and when, according to the newest entry of these kinds. */
export async function scopeStatus(
  ctx: Kept,
  scope: Scope,
  ends: Readonly<Partial<Record<AuditKind, SubjectStatus["how"]>>>,
): Promise<SubjectStatus | undefined> {
  const { connectionId, numberId } = scope;
  const number =
    connectionId === undefined || numberId === undefined ? undefined : { connectionId, numberId };
  const entries = await ctx.workspace.audit.entries({ number, limit: mostEntries });
  const about = ({ number: its, connection }: AuditEntry): boolean =>
    sameScope(scope, { connectionId: its?.connectionId ?? connection?.id, numberId: its?.numberId });
  for (const entry of entries) {
    const how = ends[entry.kind];
    if (how !== undefined && entry.outcome !== "refused" && about(entry)) return { how, ...byWhom(entry) };
  }
  return undefined;
}

/** Who reviewed a break-glass change, and when. */
export async function reviewStatus(ctx: Kept, changeId: string): Promise<SubjectStatus | undefined> {
  const reviewed = newestOf(await entriesOf(ctx, changeId), ["breakglass.reviewed"]);
  return reviewed && { how: "reviewed", ...byWhom(reviewed) };
}

/**
 * Whether the goal of a change that had not taken effect was reached since, by itself or by a later change, and still
 * holds.
 */
export async function madeSince(ctx: Kept, { requested }: ChangeRecord): Promise<SubjectStatus | undefined> {
  const { number, wanted = {}, sequence } = requested;
  return number && madeBy(ctx, number, wanted, sequence);
}

async function entriesOf(ctx: Kept, changeId: string): Promise<readonly AuditEntry[]> {
  return ctx.workspace.audit.entries({ changeId, limit: mostEntries });
}

/** The newest entry of these kinds, without refusals. */
function newestOf(entries: readonly AuditEntry[], kinds: readonly AuditKind[]): AuditEntry | undefined {
  return entries.find(({ kind, outcome }) => kinds.includes(kind) && outcome !== "refused");
}

function byWhom({ actor, at, changeId }: AuditEntry): Pick<SubjectStatus, "by" | "at" | "changeId"> {
  return { by: actor, at, changeId };
}

/** How a later change ended an earlier one. */
function laterStatus(
  { requested, outcome }: ChangeRecord,
  changeId: string,
  temporary?: TemporaryChange,
): SubjectStatus {
  const { actor, details } = requested;
  const end = { by: actor, at: outcome?.at ?? requested.at, changeId: requested.changeId };
  if (details?.["undoes"] !== changeId) return { ...end, how: "superseded" };
  if (actor.kind !== "system") return { ...end, how: "undone" };
  const { endedBy } = temporary ?? {};
  const by = endedBy === undefined ? undefined : askedBy(endedBy, requested.workspaceId);
  return { ...end, how: "reverted", by };
}

function askedBy(userId: string, workspaceId: string): SubjectStatus["by"] {
  return { kind: "user", userId, workspaceId };
}

/**
 * Who brought a number into the wanted state, if its newest change of these fields took effect with exactly that
 * result. Changes before `fromSequence` do not count.
 */
export async function madeBy(
  ctx: Kept,
  { connectionId, numberId }: NumberKey,
  wanted: Snapshot,
  fromSequence = 0,
): Promise<SubjectStatus | undefined> {
  const changes = await ctx.workspace.audit.changes({
    number: { connectionId, numberId },
    limit: searchDepth,
  });
  const fields = Object.keys(wanted);
  const newest = changes.find(
    ({ requested, outcome }) =>
      outcome?.outcome === "applied" && fields.some((field) => Object.hasOwn(requested.wanted ?? {}, field)),
  );
  const { sequence = -1, wanted: other = {}, actor, at = "", changeId } = newest?.requested ?? {};
  const isSo =
    fields.every((field) => Object.hasOwn(other, field)) && changedFields(wanted, other, fields).length === 0;
  if (!newest || sequence < fromSequence || !isSo) return undefined;
  return { how: "made", by: actor, at: newest.outcome?.at ?? at, changeId };
}

function whyLeft({ details, problem }: AuditEntry): string | undefined {
  const why = details?.["why"];
  if (why === "already") return "The number already was as before.";
  return why === "moved" ? "The number had been changed since." : problem?.message;
}

/**
 * What has happened to a drift finding since it was seen. Undefined if it still exists and nobody has changed the
 * number's agent since.
 */
export async function driftStatus(
  ctx: Kept,
  { key, seenAt }: { readonly key: NumberKey; readonly seenAt: string },
): Promise<SubjectStatus | undefined> {
  const { connectionId, numberId } = key;
  const findings = await ctx.workspace.drifts.list({ connectionId });
  const isStillSo = findings.some(
    ({ drift, seenAt: at }) => drift.key.numberId === numberId && at === seenAt,
  );
  const changes = await ctx.workspace.audit.changes({ number: { connectionId, numberId }, limit: 20 });
  const since = changes.find(
    ({ requested, outcome }) =>
      outcome?.outcome === "applied" &&
      outcome.at > seenAt &&
      Object.hasOwn(requested.wanted ?? {}, agentKey),
  );
  if (since) {
    const { actor, changeId, at } = since.requested;
    return { how: "drift_gone", by: actor, at: since.outcome?.at ?? at, changeId };
  }
  return isStillSo ? undefined : { how: "drift_gone" };
}
