import type { Mapping } from "../../domain/alerts/hook.ts";
import { reopensMs, type MatchedAlerts } from "../../domain/alerts/proposal.ts";
import type { KeptAlert } from "../../domain/alerts/alert.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** Alerts of one request that belong to one proposal. */
export type PlacedAlerts = { readonly alerts: KeptAlert[] } & (
  | { readonly proposalId: string; readonly mapping?: undefined }
  /** To the newest proposal of a mapping, or to a new one. */
  | { readonly proposalId?: undefined; readonly mapping: Mapping }
);

/**
 * Where alerts belong, within the current transaction. What is reported again belongs where it was, even if its title or
 * urgency has changed, its mapping was removed, or its mapping has a newer proposal by now. So whatever opened a
 * proposal can close it. Alerts that belong nowhere are left out.
 */
export function* placeAlerts(
  db: WorkspaceDatabase,
  { hookId, at }: { readonly hookId: string; readonly at: Date },
  matched: readonly MatchedAlerts[],
): Work<readonly PlacedAlerts[]> {
  const alertIds = JSON.stringify(matched.flatMap(({ alerts }) => alerts.map(({ id }) => id)));
  const recent = new Date(at.getTime() - reopensMs).toISOString();
  const rows = yield* db.rows<{ alertId: string; id: string }>(holdersSql, { hookId, alertIds, recent });
  const holders = new Map(rows.map(({ alertId, id }) => [alertId, id]));
  const placed = new Map<string, PlacedAlerts>();
  for (const { mapping, alerts } of matched)
    for (const alert of alerts) {
      const proposalId = holders.get(alert.id);
      const place = proposalId === undefined ? mapping && { mapping } : { proposalId };
      if (!place) continue;
      const key = JSON.stringify(proposalId === undefined ? { mapping: mapping?.id } : { proposalId });
      const own: PlacedAlerts = placed.get(key) ?? { ...place, alerts: [] };
      own.alerts.push(alert);
      placed.set(key, own);
    }
  return [...placed.values()];
}

// One that is still open comes last, and the newest of those.
const holdersSql = `SELECT a.alert_id AS "alertId", p.id AS id FROM proposals p
  JOIN hook_alerts a ON a.workspace_id = p.workspace_id AND a.proposal_id = p.id
  WHERE p.workspace_id = @workspaceId AND p.hook_id = @hookId
    AND (p.state <> 'resolved' OR p.changed_at > @recent)
    AND a.alert_id IN (SELECT value FROM json_each(CAST(@alertIds AS TEXT)))
  ORDER BY CASE WHEN p.state = 'resolved' THEN 0 ELSE 1 END, p.made_at, p.id` as const;
