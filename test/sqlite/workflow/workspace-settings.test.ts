import { expect, test } from "vitest";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { testDatabase, testSeal, testSources } from "../support.ts";

const by = {
  actor: { kind: "user", userId: "U1", workspaceId: "T1" },
  requestId: "req_1",
  details: { announcements: "C123" },
} as const;

test("keeps a workspace's settings apart from another's, with the entry that tells of them", async () => {
  const store = sqliteStore(testDatabase(), testSeal("k1"), testSources());
  const ours = store.workspace("T1");
  expect(await ours.settings.read()).toEqual({});
  await ours.settings.write({ announcementsChannelId: "C123" }, by);
  expect(await ours.settings.read()).toEqual({ announcementsChannelId: "C123" });
  expect(await store.workspace("T2").settings.read()).toEqual({});
  const [entry] = await ours.audit.entries({ limit: 10 });
  expect(entry).toMatchObject({ kind: "settings.changed", ...by });
});

test("says what was read last without asking, until it is written anew", async () => {
  const { settings } = sqliteStore(testDatabase(), testSeal("k1"), testSources()).workspace("T1");
  expect(settings.lastRead()).toBeUndefined();
  await settings.read();
  expect(settings.lastRead()).toEqual({});
  await settings.write({ announcementsChannelId: "C123" }, by);
  expect(settings.lastRead()).toBeUndefined();
  await settings.read();
  expect(settings.lastRead()).toEqual({ announcementsChannelId: "C123" });
});

test("keeps nothing that is no setting, and writes nothing down then", async () => {
  const { settings, audit } = sqliteStore(testDatabase(), testSeal("k1"), testSources()).workspace("T1");
  await expect(settings.write({ announcementsChannelId: "general" }, by)).rejects.toThrow(/pattern/u);
  expect(await settings.read()).toEqual({});
  expect(await audit.entries({ limit: 10 })).toEqual([]);
});

test("writes nothing over settings that are not those that were seen", async () => {
  const store = sqliteStore(testDatabase(), testSeal("k1"), testSources());
  const { settings, audit } = store.workspace("T1");
  expect(await settings.readNow()).toEqual({ settings: {}, revision: 0 });
  await settings.write({ announcementsChannelId: "C123" }, by, 0);
  await expect(settings.write({}, by, 0)).rejects.toMatchObject({ code: "conflict" });
  expect(await settings.readNow()).toEqual({ settings: { announcementsChannelId: "C123" }, revision: 1 });
  expect(await audit.entries({ limit: 10 })).toHaveLength(1);
  await store.workspace("T2").settings.write({}, by, 0);
});

test("takes settings that cannot be read for an error, never for none", async () => {
  const db = testDatabase();
  const { settings } = sqliteStore(db, testSeal("k1"), testSources()).workspace("T1");
  db.prepare(
    "INSERT INTO workspace_settings (workspace_id, settings) VALUES ('T1', '{\"announcementsChannelId\":7}')",
  ).run();
  await expect(settings.read()).rejects.toThrow(/announcementsChannelId/u);
});
