import { expect, test } from "vitest";
import type { Connections } from "../../../src/domain/connections/connections.ts";
import type { OpenedStore, OpenStore } from "../contract.ts";
import { manualSources } from "../events.ts";

const prod = { vendor: "cartesia", name: "Cartesia prod", credentials: { apiKey: "sk-prod" } } as const;

/** What every store guarantees about connections and their credentials. */
export function connectionsContract(open: OpenStore): void {
  test("stores a connection with its credentials", async () => {
    const { sources } = manualSources();
    const vault = (await open({ sources })).store.workspace("T1").connections;
    const added = await vault.add(prod);
    expect(added).toEqual({
      id: expect.stringMatching(/^con_[0-9a-f]{24}$/),
      vendor: "cartesia",
      name: "Cartesia prod",
      fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
      createdAt: "2026-03-01T00:00:00.000Z",
      updatedAt: "2026-03-01T00:00:00.000Z",
    });
    expect(await vault.get(added.id)).toEqual(added);
    expect(await vault.credentials(added.id)).toEqual({ apiKey: "sk-prod" });
  });

  test("lists connections by name, regardless of case", async () => {
    const vault = (await open()).store.workspace("T1").connections;
    for (const name of ["beta", "Alpha", "Gamma", "alpha 2"]) await vault.add({ ...prod, name });
    expect((await vault.list()).map(({ name }) => name)).toEqual(["Alpha", "alpha 2", "beta", "Gamma"]);
  });

  // A20
  test("stores at most fifty connections for each workspace, and accepts a new one after a removal", async () => {
    const { store } = await open();
    const vault = store.workspace("T1").connections;
    const kept = [];
    for (let n = 0; n < 50; n += 1) kept.push(await vault.add({ ...prod, name: `prod ${n}` }));
    await expect(vault.add({ ...prod, name: "one more" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/50 connections.*Nothing was added/u),
      details: { field: "name" },
    });
    await store.workspace("T2").connections.add(prod);
    await vault.remove(kept[0]?.id ?? "");
    await vault.add({ ...prod, name: "one more" });
    expect(await vault.list()).toHaveLength(50);
  });

  test("refuses a name that is taken, regardless of case", async () => {
    const vault = (await open()).store.workspace("T1").connections;
    await vault.add({ ...prod, name: "Büro" });
    await expect(vault.add({ ...prod, name: " BÜRO " })).rejects.toMatchObject({
      code: "invalid_input",
      message: 'There is a connection called "Büro" already.',
      details: { field: "name" },
    });
    expect(await vault.list()).toHaveLength(1);
  });

  test("refuses a name that is empty or longer than 60 characters", async () => {
    const vault = (await open()).store.workspace("T1").connections;
    await expect(vault.add({ ...prod, name: "  " })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(vault.add({ ...prod, name: "x".repeat(61) })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await vault.add({ ...prod, name: "🔑".repeat(60) })).toMatchObject({ name: "🔑".repeat(60) });
  });

  test("replaces the credentials and changes the fingerprint", async () => {
    const { sources, advance } = manualSources();
    const vault = (await open({ sources })).store.workspace("T1").connections;
    const added = await vault.add(prod);
    advance(2_000);
    const replaced = await vault.replace(added.id, { apiKey: "sk-new" });
    expect(replaced).toEqual({
      ...added,
      fingerprint: expect.not.stringMatching(added.fingerprint),
      updatedAt: "2026-03-01T00:00:02.000Z",
    });
    expect(await vault.credentials(added.id)).toEqual({ apiKey: "sk-new" });
  });

  test("removes a connection, and frees its name", async () => {
    const vault = (await open()).store.workspace("T1").connections;
    const { id } = await vault.add(prod);
    await vault.remove(id);
    await expect(vault.credentials(id)).rejects.toMatchObject({ code: "not_found" });
    expect(await vault.list()).toEqual([]);
    await expect(vault.add(prod)).resolves.toMatchObject({ name: prod.name });
  });

  test.each<[string, (vault: Connections) => Promise<unknown>]>([
    ["get", async (vault) => vault.get("con_none")],
    ["credentials", async (vault) => vault.credentials("con_none")],
    ["replace", async (vault) => vault.replace("con_none", { apiKey: "x" })],
    ["remove", async (vault) => vault.remove("con_none")],
  ])("finds no connection that was never added: %s", async (_, ask) => {
    const vault = (await open()).store.workspace("T1").connections;
    await expect(ask(vault)).rejects.toMatchObject({ code: "not_found" });
  });

  test("cannot decrypt a connection whose key is missing, and decrypts the others", async () => {
    const first = await open({ keys: ["k1"] });
    const old = await first.store.workspace("T1").connections.add(prod);
    const vault = (await first.reopen({ keys: ["k2"] })).store.workspace("T1").connections;
    const fresh = await vault.add({ ...prod, name: "second" });
    await expect(vault.credentials(old.id)).rejects.toMatchObject({
      code: "not_connected",
      message: expect.stringMatching(
        /^The stored secret of the connection "Cartesia prod" cannot be opened with this/,
      ),
    });
    expect(await vault.credentials(fresh.id)).toEqual(prod.credentials);
    expect(await vault.list()).toHaveLength(2);
    await vault.replace(old.id, { apiKey: "sk-again" });
    expect(await vault.credentials(old.id)).toEqual({ apiKey: "sk-again" });
  });

  test("gives an API key the same fingerprint within a workspace, even after a rotation, and another one elsewhere", async () => {
    const fingerprint = async ({ store }: OpenedStore, name: string, workspaceId = "T1") =>
      (await store.workspace(workspaceId).connections.add({ ...prod, name })).fingerprint;
    const opened = await open({ keys: ["k1"] });
    const first = await fingerprint(opened, "first");
    const both = await opened.reopen({ keys: ["k2", "k1"] });
    expect(await fingerprint(both, "second")).toBe(first);
    expect(await fingerprint(await opened.reopen({ keys: ["k2"] }), "third")).toBe(first);
    expect(await fingerprint(both, "first", "T2")).not.toBe(first);
    expect(await fingerprint(await open({ keys: ["k2", "k1"] }), "first")).not.toBe(first);
  });

  test("accepts a new connection when the key for fingerprints cannot be decrypted", async () => {
    const opened = await open({ keys: ["k1"] });
    const first = await opened.store.workspace("T1").connections.add(prod);
    const vault = (await opened.reopen({ keys: ["k2"] })).store.workspace("T1").connections;
    const second = await vault.add({ ...prod, name: "second" });
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect((await vault.get(first.id)).fingerprint).toBe(first.fingerprint);
  });

  test.each([
    ["Cartesia – prod", "Cartesia - prod"],
    ["Night 🚨", "night :rotating_light:"],
    ['"Prod"', "Prod"],
    ["Straße", "STRASSE"],
  ])("treats %s and %s as the same name", async (name, other) => {
    const vault = (await open()).store.workspace("T1").connections;
    await vault.add({ ...prod, name });
    await expect(vault.add({ ...prod, name: other })).rejects.toMatchObject({
      code: "invalid_input",
      details: { field: "name" },
    });
    expect(await vault.list()).toHaveLength(1);
  });
}
