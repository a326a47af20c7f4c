import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { canBeUndone } from "../../domain/changes/change-record.ts";
import { changedFields, type Snapshot } from "../../domain/numbers/change.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { TemporaryChange } from "../../domain/changes/temporary-change.ts";
import type { Context } from "../shared/context.ts";
import { searchDepth, permanentlySupersededBy } from "./superseded-change.ts";

export type Kept = Pick<Context, "workspace">;

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

/**
 * Whether the goal of a change that had not taken effect was reached since, by itself or by a later change, and still
 * holds.
 */
export async function madeSince(ctx: Kept, { requested }: ChangeRecord): Promise<SubjectStatus | undefined> {
  const { number, wanted = {}, sequence } = requested;
  return number && madeBy(ctx, number, wanted, sequence);
}

/** How a later change ended an earlier one. */
export function laterStatus(
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

export function askedBy(userId: string, workspaceId: string): SubjectStatus["by"] {
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
