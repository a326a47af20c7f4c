import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import type { Reviews } from "../../domain/ports/approvals.ts";
import type { StoreDeps } from "./append-entry.ts";
import { auditEntry, type AuditRow } from "./audit-row.ts";
import { openedRows } from "./people.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** What awaits a review in one workspace. It is read from the audit log itself, so nothing can be forgotten. */
export function storedReviews(db: WorkspaceDatabase, sources: Pick<StoreDeps, "people">): Reviews {
  return {
    waiting: async () => {
      const found: AuditEntry[] = [];
      const rows = await db.read(openedRows<AuditRow>(db, sources, waitingSql));
      await forEachInBatches(rows, (row) => found.push(auditEntry(row)), smallBatchSize);
      return found;
    },
    madeInSpite: async ({ changeId = "", details }) => {
      const { rule = "", until = "" } = details ?? {};
      return (await db.first<{ made: number }>(madeSql, { changeId, rule, until }))?.made ?? 0;
    },
  };
}

const isUnreviewed = `NOT EXISTS (SELECT 1 FROM audit_entries AS reviewed WHERE workspace_id = @workspaceId
  AND reviewed.change_id = broken.change_id AND reviewed.kind = 'breakglass.reviewed')`;
// Exactly the conditions of the partial indexes: otherwise SQLite would read the whole log.
const waitingSql = `SELECT * FROM audit_entries AS broken
  WHERE workspace_id = @workspaceId AND kind = 'change.requested' AND instr(details, '"breakGlass":"yes"') > 0
    AND NOT (instr(details, '"overrode":') > 0 AND instr(details, '"run":') > 0) AND ${isUnreviewed}
  UNION ALL SELECT * FROM audit_entries AS broken
  WHERE workspace_id = @workspaceId AND kind = 'rule.overridden' AND change_id IS NOT NULL AND ${isUnreviewed}
  ORDER BY sequence LIMIT 200` as const;
// The newest override before a change counts.
const madeSql = `SELECT count(*) AS made FROM audit_entries AS change
  JOIN audit_entries AS override ON override.workspace_id = change.workspace_id
    AND override.kind = 'rule.overridden' AND override.change_id = @changeId
  WHERE change.workspace_id = @workspaceId AND change.kind = 'change.requested'
    AND instr(change.details, '"breakGlass":"yes"') > 0 AND instr(change.details, @rule) > 0
    AND change.actor = override.actor AND change.sequence > override.sequence AND change.at <= @until
    AND NOT EXISTS (SELECT 1 FROM audit_entries AS newer WHERE newer.workspace_id = @workspaceId
      AND newer.kind = 'rule.overridden' AND newer.change_id IS NOT NULL AND newer.actor = override.actor
      AND instr(newer.details, @rule) > 0
      AND newer.sequence > override.sequence AND newer.sequence < change.sequence)` as const;
