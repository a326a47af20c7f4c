import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import type { LegalHold } from "../../domain/ports/retention.ts";
import { formatActor, parseActor } from "../../domain/shared/actor.ts";
import { recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

interface HoldRow {
  readonly set_by: string;
  readonly reason: string;
  readonly at: string;
}

const holdSql = "SELECT set_by, reason, at FROM legal_holds WHERE workspace_id = @workspaceId";

/** The legal hold of a workspace. */
export function* holdOf(db: WorkspaceDatabase): Work<LegalHold | undefined> {
  const found = yield* db.row<HoldRow>(holdSql);
  return found && { by: parseActor(found.set_by), reason: found.reason, at: found.at };
}

/** See `Retention`. */
export async function setHold(
  db: WorkspaceDatabase,
  sources: StoreDeps,
  { by, reason, at }: LegalHold,
  event: AuditEvent<"hold.set">,
): Promise<void> {
  const sql = `INSERT INTO legal_holds VALUES (@workspaceId, @by, @reason, @at)
    ON CONFLICT (workspace_id) DO UPDATE SET set_by = excluded.set_by, reason = excluded.reason, at = excluded.at` as const;
  await recordWith(db, sources, event, () => db.run(sql, { by: formatActor(by), reason, at }));
}

const none = new Error("there is no hold");

/** See `Retention`. */
export async function liftHold(
  db: WorkspaceDatabase,
  sources: StoreDeps,
  event: AuditEvent<"hold.lifted">,
): Promise<boolean> {
  try {
    return await writeAudited(db, sources, function* () {
      if ((yield* db.run("DELETE FROM legal_holds WHERE workspace_id = @workspaceId")) === 0) throw none;
      return { event, result: true };
    });
  } catch (error) {
    if (error === none) return false;
    throw error;
  }
}
