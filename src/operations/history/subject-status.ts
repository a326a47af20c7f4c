import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import { agentKey } from "../../domain/numbers/change.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { sameScope, type Scope } from "../../domain/numbers/scope.ts";
import type { TemporaryChange } from "../../domain/changes/temporary-change.ts";
import { permanentlySupersededBy } from "./superseded-change.ts";
import { type Kept, laterStatus } from "./change-status.ts";

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

/** Who reviewed a break-glass change or an override, and when. */
export async function reviewStatus(ctx: Kept, changeId: string): Promise<SubjectStatus | undefined> {
  const reviewed = newestOf(await entriesOf(ctx, changeId), ["breakglass.reviewed"]);
  return reviewed && { how: "reviewed", ...byWhom(reviewed) };
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
