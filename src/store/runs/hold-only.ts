import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** Lets a run hold only these of its numbers, so that other runs may change the others. */
export function* holdOnly(db: WorkspaceDatabase, id: string, left: readonly NumberKey[]): Work<void> {
  const keys = left.map(({ connectionId, numberId }) => `${connectionId}/${numberId}`);
  yield* db.run(releaseOthersSql, { id, keys: JSON.stringify(keys) });
}

const releaseOthersSql = `UPDATE run_steps SET connection_id = NULL, number_id = NULL
  WHERE workspace_id = @workspaceId AND run_id = @id AND connection_id IS NOT NULL
    AND connection_id || '/' || number_id NOT IN (SELECT value FROM json_each(@keys))`;
