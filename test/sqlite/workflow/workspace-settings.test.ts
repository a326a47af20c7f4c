import { expect, test } from "vitest";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { testSources } from "../../store/events.ts";
import { testDatabase, testSeal } from "../support.ts";

test("treats unreadable settings as an error, never as none", async () => {
  const db = testDatabase();
  const { settings } = sqliteStore(db, testSeal("k1"), testSources()).workspace("T1");
  db.prepare(
    "INSERT INTO workspace_settings (workspace_id, settings) VALUES ('T1', '{\"announcementsChannelId\":7}')",
  ).run();
  await expect(settings.read()).rejects.toThrow(/announcementsChannelId/u);
});
