import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import type { Reviews } from "../../domain/ports/approvals.ts";
import { auditEntry, type AuditRow } from "./audit-row.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** What awaits a review in one workspace. It is read from the audit log itself, so nothing can be forgotten. */
export function storedReviews(db: WorkspaceDatabase): Reviews {
  return {
    waiting: async () => {
      const found: AuditEntry[] = [];
      const rows = await db.all<AuditRow>(waitingSql);
      await forEachInBatches(rows, (row) => found.push(auditEntry(row)), smallBatchSize);
      return found;
    },
  };
}

const isUnreviewed = `NOT EXISTS (SELECT 1 FROM audit_entries AS reviewed WHERE workspace_id = @workspaceId
  AND reviewed.change_id = broken.change_id AND reviewed.kind = 'breakglass.reviewed')`;
// Exactly the conditions of the partial indexes: otherwise SQLite would read the whole log.
const waitingSql = `SELECT * FROM audit_entries AS broken
  WHERE workspace_id = @workspaceId AND kind = 'change.requested' AND instr(details, '"breakGlass":"yes"') > 0
    AND ${isUnreviewed}
  UNION ALL SELECT * FROM audit_entries AS broken
  WHERE workspace_id = @workspaceId AND kind = 'rule.overridden' AND change_id IS NOT NULL AND ${isUnreviewed}
  ORDER BY sequence LIMIT 200` as const;
