import type { AuditEntry, AuditFilter } from "../../domain/audit/audit-log.ts";
import type { AuditFormat } from "../../domain/audit/audit-export.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/**
 * Opens a workspace's audit log for export. The export itself is recorded before the first entry is returned: who, and
 * which part. Entries come oldest first, up to now, read in batches. Throws not_allowed, not_recorded, and
 * invalid_input for an invalid time.
 */
export async function exportAudit(
  ctx: Context,
  { format, filter }: { readonly format: AuditFormat; readonly filter: AuditFilter },
): Promise<AsyncIterable<AuditEntry>> {
  await requireRoleAudited(ctx, "admin", "export the audit log");
  for (const field of ["since", "until"] as const) checkTime(filter[field], field);
  const { sequence } = await ctx.workspace.audit.append({
    kind: "audit.exported",
    actor: ctx.actor,
    requestId: ctx.requestId,
    reason: filterText(format, filter),
    outcome: "applied",
  });
  return ctx.workspace.audit.walk({ ...filter, throughSequence: sequence - 1 });
}

function checkTime(text: string | undefined, field: string): void {
  if (text !== undefined && Number.isNaN(Date.parse(text)))
    throw new Problem("invalid_input", "That is not a date and time.", { field });
}

function filterText(format: AuditFormat, { numberText, person, kind, since, until }: AuditFilter): string {
  const parts: Readonly<Record<string, string | undefined>> = {
    number: numberText,
    person,
    kind,
    since,
    until,
  };
  const said = Object.entries(parts).flatMap(([name, value]) => (value ? [`${name} ${value}`] : []));
  return `as ${format}: ${said.join(", ") || "everything"}`;
}
