import { Problem } from "../../domain/problem/problem.ts";
import {
  workspaceSettings,
  type SettingsStore,
  type VersionedSettings,
  type WorkspaceSettings,
} from "../../domain/access/workspace-settings.ts";
import { restartAnnouncing } from "./announcement-cursor.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** The settings of one workspace. Unreadable settings are an error, never taken for none. */
export function storedWorkspaceSettings(db: WorkspaceDatabase, sources: StoreDeps): SettingsStore {
  // Settings are read with every request and rarely change, so the same text is parsed once.
  let known: { readonly text: string; readonly settings: WorkspaceSettings } | undefined;
  function* readNow(): Work<VersionedSettings> {
    const sql = "SELECT settings, revision FROM workspace_settings WHERE workspace_id = @workspaceId";
    const row = yield* db.row<{ settings: string; revision: number }>(sql);
    const text = row?.settings ?? "{}";
    if (known?.text !== text) known = { text, settings: workspaceSettings.parse(JSON.parse(text)) };
    return { settings: known.settings, revision: row?.revision ?? 0 };
  }
  return {
    read: async () => (await db.read(readNow())).settings,
    readNow: async () => db.read(readNow()),
    // Valid until this process writes them or is notified that another one did (`databaseStore`).
    lastRead: () => known?.settings,
    write: async (settings, event, expected) => {
      const written = writeAudited(db, sources, function* () {
        const before = yield* readNow();
        if (expected !== undefined && before.revision !== expected)
          throw new Problem("conflict", "Someone changed the settings meanwhile.");
        const after = workspaceSettings.parse(settings);
        yield* db.run(upsertSql, { settings: JSON.stringify(after) });
        yield* db.signal({ about: "settings" });
        const { announcementsChannelId: channelId } = after;
        if (channelId !== before.settings.announcementsChannelId)
          yield* restartAnnouncing(db, channelId !== undefined);
        return { event: { ...event, kind: "settings.changed" }, result: undefined };
      });
      try {
        await written;
      } finally {
        // Discards what was read before the write was durable, or was rolled back.
        known = undefined;
      }
    },
  };
}

const upsertSql = `INSERT INTO workspace_settings (workspace_id, settings, revision) VALUES (@workspaceId, @settings, 1)
  ON CONFLICT (workspace_id) DO UPDATE SET settings = excluded.settings, revision = workspace_settings.revision + 1`;
