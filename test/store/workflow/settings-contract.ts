import { expect, test } from "vitest";
import type { OpenStore } from "../contract.ts";

const by = {
  actor: { kind: "user", userId: "U1", workspaceId: "T1" },
  requestId: "req_1",
  details: { before: "null", after: '"C123"' },
} as const;

/** What every store guarantees about a workspace's settings. */
export function settingsContract(open: OpenStore): void {
  test("stores a workspace's settings with their entry, apart from other workspaces", async () => {
    const { store } = await open();
    const ours = store.workspace("T1");
    expect(await ours.settings.read()).toEqual({});
    await ours.settings.write({ announcementsChannelId: "C123" }, by);
    expect(await ours.settings.read()).toEqual({ announcementsChannelId: "C123" });
    expect(await store.workspace("T2").settings.read()).toEqual({});
    const [entry] = await ours.audit.entries({ limit: 10 });
    expect(entry).toMatchObject({ kind: "settings.changed", ...by });
  });

  test("returns the last settings from memory until they are written again", async () => {
    const { settings } = (await open()).store.workspace("T1");
    expect(settings.lastRead()).toBeUndefined();
    await settings.read();
    expect(settings.lastRead()).toEqual({});
    await settings.write({ announcementsChannelId: "C123" }, by);
    expect(settings.lastRead()).toBeUndefined();
    await settings.read();
    expect(settings.lastRead()).toEqual({ announcementsChannelId: "C123" });
  });

  test("refuses invalid settings and records nothing", async () => {
    const { settings, audit } = (await open()).store.workspace("T1");
    await expect(settings.write({ announcementsChannelId: "general" }, by)).rejects.toThrow(/pattern/u);
    expect(await settings.read()).toEqual({});
    expect(await audit.entries({ limit: 10 })).toEqual([]);
  });

  test("refuses to overwrite settings that changed since they were read", async () => {
    const { store } = await open();
    const { settings, audit } = store.workspace("T1");
    expect(await settings.readNow()).toEqual({ settings: {}, revision: 0 });
    await settings.write({ announcementsChannelId: "C123" }, by, 0);
    await expect(settings.write({}, by, 0)).rejects.toMatchObject({ code: "conflict" });
    expect(await settings.readNow()).toEqual({ settings: { announcementsChannelId: "C123" }, revision: 1 });
    expect(await audit.entries({ limit: 10 })).toHaveLength(1);
    await store.workspace("T2").settings.write({}, by, 0);
  });
}
