import { evidenceCollector } from "./evidence.ts";
import type { EvidencePeriod, EvidenceTable } from "./evidence-table.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";

/**
 * Collects what auditors ask for from a workspace's log: changes and approvals, break-glass, access, keys, drills. It is
 * recorded like an export, before anything is returned. Throws not_allowed and not_recorded.
 */
export async function collectEvidence(
  ctx: Context,
  period: EvidencePeriod,
): Promise<readonly EvidenceTable[]> {
  await requireRoleAudited(ctx, "admin", "export evidence");
  const { sequence } = await ctx.workspace.audit.append({
    kind: "audit.exported",
    actor: ctx.actor,
    requestId: ctx.requestId,
    reason: `as evidence: from ${period.from} to ${period.to}`,
    outcome: "applied",
  });
  const collector = evidenceCollector(ctx.workspace.id, period);
  // From the beginning: what someone was given before the period still holds in it.
  for await (const entry of ctx.workspace.audit.walk({ throughSequence: sequence - 1 }))
    collector.pass(entry);
  const { settings, onCallSchedules } = ctx.workspace;
  return collector.tables({ settings: await settings.read(), schedules: await onCallSchedules.list() });
}
