import { workspaceSettings, type SettingsStore } from "../domain/workspace-settings.ts";
import { writeWithEntry, type AuditSources } from "./audit-log.ts";
import { prepared, type SqliteDatabase } from "./database.ts";

/** The settings of one workspace. What cannot be read as settings is an error, never taken for none. */
export function sqliteWorkspaceSettings(
  db: SqliteDatabase,
  workspaceId: string,
  sources: AuditSources,
): SettingsStore {
  return {
    read: async () => {
      const sql = "SELECT settings FROM workspace_settings WHERE workspace_id = ?";
      const row = prepared<{ settings: string }>(db, sql).get(workspaceId);
      return workspaceSettings.parse(row ? JSON.parse(row.settings) : {});
    },
    write: async (settings, event) => {
      await writeWithEntry(db, workspaceId, sources, () => {
        const sql = "INSERT OR REPLACE INTO workspace_settings VALUES (?, ?)";
        prepared(db, sql).run(workspaceId, JSON.stringify(workspaceSettings.parse(settings)));
        return { event: { ...event, kind: "settings.changed" }, result: undefined };
      });
    },
  };
}
