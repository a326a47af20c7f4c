import { z } from "zod";
import { alertSources, mapping as mappingSchema, type HookActor } from "../../domain/alerts/hook.ts";
import { proposalPreview, type Proposal } from "../../domain/alerts/proposal.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { parseActor } from "../../domain/shared/actor.ts";

export interface ProposalRow {
  readonly id: string;
  readonly hook_id: string;
  readonly source: string;
  readonly mapping: string;
  readonly state: Proposal["state"];
  readonly alert_key: string;
  readonly title: string;
  readonly alert_ids: string;
  readonly alerts: number;
  readonly open_alerts: number;
  readonly incident: string | null;
  readonly preview: string | null;
  readonly dismissed_by: string | null;
  readonly made_at: string;
  readonly changed_at: string;
  readonly posted_at: string | null;
  readonly told_resolved_at: string | null;
}

export const proposalColumns =
  "id, hook_id, source, mapping, state, alert_key, title, alert_ids, alerts, open_alerts, incident, preview, dismissed_by, made_at, changed_at, posted_at, told_resolved_at";

const storedSource = z.enum(alertSources);
const storedIds = z.array(z.string());

export function proposalOf(row: ProposalRow): Proposal {
  return {
    id: row.id,
    hookId: row.hook_id,
    source: storedSource.parse(row.source),
    mapping: mappingSchema.parse(JSON.parse(row.mapping)),
    state: row.state,
    key: row.alert_key,
    title: row.title,
    alertIds: storedIds.parse(JSON.parse(row.alert_ids)),
    alerts: row.alerts,
    openAlerts: row.open_alerts,
    incident: row.incident ?? undefined,
    preview: row.preview === null ? undefined : proposalPreview.parse(JSON.parse(row.preview)),
    dismissedBy: row.dismissed_by === null ? undefined : parseActor(row.dismissed_by),
    madeAt: row.made_at,
    changedAt: row.changed_at,
    isPosted: row.posted_at !== null,
    toldResolvedAt: row.told_resolved_at ?? undefined,
  };
}

/** The entry about a proposal. What the source wrote is in it only as the key of its incident. */
export function proposalEvent(
  kind: "proposal.made" | "proposal.dismissed",
  { id, hookId, source, key, mapping: { proposes, channelId } }: Proposal,
  { actor, requestId }: HookActor,
): AuditEvent {
  const proposed = proposes.kind === "plan" ? { plan: proposes.plan } : { agent: proposes.agentId };
  const details = { proposal: id, hook: hookId, source, alert: key, ...proposed, channel: channelId };
  return { kind, actor, requestId, outcome: "applied", details };
}
