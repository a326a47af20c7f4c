import { expect, test } from "vitest";
import type { OpenStore } from "./contract.ts";

const installation = { team: { id: "T1" }, bot: { token: "xoxb-secret", scopes: ["commands"] } };
const installedAt = new Date("2026-03-01T12:00:00.000Z");
const before = new Date("2026-03-01T11:59:59.000Z");
const after = new Date("2026-03-01T12:00:01.000Z");
const prod = { vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } } as const;

/** What every store guarantees about installations of the Slack app. */
export function installationsContract(open: OpenStore): void {
  test("stores an installation", async () => {
    const { installations } = await open();
    await installations.save("T1", installation, installedAt);
    expect(await installations.find("T1")).toEqual({
      key: "T1",
      installation,
      installedAt: "2026-03-01T12:00:00.000Z",
    });
    expect(await installations.find("T2")).toBeUndefined();
  });

  test("replaces an earlier installation with a later one", async () => {
    const { installations } = await open();
    await installations.save("T1", installation, installedAt);
    await installations.save("T1", { bot: { token: "xoxb-new" } }, after);
    expect(await installations.find("T1")).toMatchObject({ installation: { bot: { token: "xoxb-new" } } });
    expect(await installations.list()).toEqual([{ key: "T1", installedAt: after.toISOString() }]);
  });

  test("removes an installation, and returns whether there was one", async () => {
    const { installations } = await open();
    await installations.save("T1", installation, installedAt);
    await installations.save("T2", installation, installedAt);
    expect(await installations.remove("T1")).toBe(true);
    expect(await installations.remove("T1")).toBe(false);
    expect(await installations.list()).toMatchObject([{ key: "T2" }]);
  });

  test("keeps an installation that is newer than its removal", async () => {
    const { installations } = await open();
    await installations.save("T1", installation, installedAt);
    expect(await installations.remove("T1", { notAfter: before })).toBe(false);
    expect(await installations.find("T1")).toBeDefined();
    expect(await installations.remove("T1", { notAfter: installedAt })).toBe(true);
  });

  test("wipes connections and form states with the installation, of that workspace only", async () => {
    const { store, installations } = await open();
    const tokens = new Map<string, string>();
    const formState = async (key: string) =>
      store.workspace(key).formStates.find("U1", tokens.get(key) ?? "");
    for (const key of ["T1", "T2"]) {
      await installations.save(key, installation, installedAt);
      await store.workspace(key).connections.add(prod);
      tokens.set(key, await store.workspace(key).formStates.keep("U1", "{}"));
    }
    expect(await installations.wipe("T1", { notAfter: after })).toMatchObject({ undelivered: 0 });
    expect(await installations.find("T1")).toBeUndefined();
    expect(await formState("T1")).toBeUndefined();
    expect(await formState("T2")).toBe("{}");
    expect(await store.workspace("T1").connections.list()).toEqual([]);
    expect(await installations.find("T2")).toBeDefined();
    expect(await store.workspace("T2").connections.list()).toHaveLength(1);
  });

  test("wipes nothing for an uninstall that precedes the current installation", async () => {
    const { store, installations } = await open();
    await installations.save("T1", installation, installedAt);
    await store.workspace("T1").connections.add(prod);
    expect(await installations.wipe("T1", { notAfter: before })).toBeUndefined();
    expect(await installations.find("T1")).toBeDefined();
    expect(await store.workspace("T1").connections.list()).toHaveLength(1);
  });

  test("wipes connections that outlived their installation", async () => {
    const { store, installations } = await open();
    await store.workspace("T1").connections.add(prod);
    expect(await installations.wipe("T1", { notAfter: after })).toMatchObject({ undelivered: 0 });
    expect(await installations.wipe("T1", { notAfter: after })).toBeUndefined();
  });
}
