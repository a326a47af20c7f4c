import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import { proofKinds } from "../../domain/changes/first-call.ts";
import type { Incident } from "../../domain/changes/incident.ts";
import type { Context } from "../shared/context.ts";
import { requireRoleAudited } from "../access/permissions.ts";

const pageLength = 1000;

/** One page of an incident's changes, newest first. */
export interface IncidentPage {
  readonly incident: Incident;
  readonly changes: readonly ChangeRecord[];
  /** The `beforeSequence` of the next page; undefined on the last one. */
  readonly next: number | undefined;
}

/** The changes of an incident, newest first. Throws not_allowed and not_found. */
export async function showIncident(
  ctx: Context,
  key: string,
  page: { readonly beforeSequence?: number | undefined; readonly limit: number },
): Promise<IncidentPage> {
  await requireRoleAudited(ctx, "viewer", "see incidents");
  const incident = await ctx.workspace.incidents.get(key);
  const found = await ctx.workspace.audit.changes({ ...page, incident: key, limit: page.limit + 1 });
  const changes = found.slice(0, page.limit);
  return {
    incident,
    changes,
    next: found.length > page.limit ? changes.at(-1)?.requested.sequence : undefined,
  };
}

/** The open incident of a conversation, if any. Throws not_allowed. */
export async function openIncident(
  ctx: Context,
  channelId: string | undefined,
): Promise<Incident | undefined> {
  await requireRoleAudited(ctx, "viewer", "see incidents");
  return channelId === undefined ? undefined : ctx.workspace.incidents.openIn(channelId);
}

/** All changes of an incident, oldest first. */
export async function allIncidentChanges(ctx: Context, key: string): Promise<ChangeRecord[]> {
  const all: ChangeRecord[] = [];
  for (let before: number | undefined; ;) {
    const found = await ctx.workspace.audit.changes({
      incident: key,
      limit: pageLength,
      beforeSequence: before,
    });
    all.push(...found);
    if (found.length < pageLength) return all.toReversed();
    before = found.at(-1)?.requested.sequence;
  }
}

/** The entries about the failovers of an incident and their fail-backs, oldest first. */
export async function incidentRuns(ctx: Context, key: string): Promise<AuditEntry[]> {
  return incidentEntries(
    ctx,
    key,
    ({ kind, outcome }) => kind.startsWith("failover.") && outcome !== "refused",
  );
}

/** The entries about the first calls after an incident's changes, oldest first. */
export async function incidentCalls(ctx: Context, key: string): Promise<AuditEntry[]> {
  return incidentEntries(ctx, key, ({ kind }) => proofKinds.some((each) => each === kind));
}

async function incidentEntries(
  ctx: Context,
  key: string,
  isWanted: (entry: AuditEntry) => boolean,
): Promise<AuditEntry[]> {
  const wanted: AuditEntry[] = [];
  for (let before: number | undefined; ;) {
    const found = await ctx.workspace.audit.entries({
      incident: key,
      limit: pageLength,
      beforeSequence: before,
    });
    wanted.push(...found.filter(isWanted));
    if (found.length < pageLength) return wanted.toReversed();
    before = found.at(-1)?.sequence;
  }
}
