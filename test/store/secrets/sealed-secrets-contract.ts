import { expect, test } from "vitest";
import type { OpenedStore, OpenStore } from "../contract.ts";

const by = { actor: { kind: "cli", osUser: "ops" }, requestId: "req_1" } as const;
const workspaceIds = ["T1", "T2"];

/** Two workspaces with an installation and connections, all sealed with k1. */
async function sealedWithOldKey(open: OpenStore, connections = 2): Promise<OpenedStore> {
  const opened = await open({ keys: ["k1"] });
  for (const id of workspaceIds) {
    await opened.installations.save(id, { bot: { token: `xoxb-${id}` } }, new Date(0));
    for (let n = 1; n <= connections; n += 1)
      await opened.store
        .workspace(id)
        .connections.add({ vendor: "cartesia", name: `c${n}`, credentials: { k: `${id}-${n}` } });
  }
  return opened;
}

async function resealed({ secrets }: OpenedStore): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for await (const { outcome } of secrets.reseal(by)) outcomes.push(outcome);
  return outcomes;
}

async function secretsOf({ store, installations }: OpenedStore): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const id of workspaceIds) {
    found.push((await installations.find(id))?.installation);
    const { connections } = store.workspace(id);
    for (const connection of await connections.list())
      found.push(await connections.credentials(connection.id));
  }
  return found;
}

async function firstConnection({ store }: OpenedStore, workspaceId: string): Promise<string> {
  const [first] = await store.workspace(workspaceId).connections.list();
  return first?.id ?? "";
}

/** What every store guarantees when the keys that seal its secrets are rotated. */
export function sealedSecretsContract(open: OpenStore): void {
  test("reseals everything with the newest key, so that the old key is no longer needed", async () => {
    const both = await (await sealedWithOldKey(open)).reopen({ keys: ["k2", "k1"] });
    expect(await both.secrets.use()).toEqual([
      { keyId: "k2", secrets: 0, state: "newest" },
      { keyId: "k1", secrets: 7, state: "older" },
    ]);
    expect(await resealed(both)).toEqual(Array.from({ length: 7 }, () => "resealed"));
    expect(await secretsOf(await both.reopen({ keys: ["k2"] }))).toEqual(
      workspaceIds.flatMap((id) => [{ bot: { token: `xoxb-${id}` } }, { k: `${id}-1` }, { k: `${id}-2` }]),
    );
    expect((await both.secrets.use()).map(({ secrets: count }) => count)).toEqual([7, 0]);
    expect(await resealed(both)).toEqual([]);
  });

  test("records each resealed secret in the log of its workspace", async () => {
    const both = await (await sealedWithOldKey(open, 1)).reopen({ keys: ["k2", "k1"] });
    await resealed(both);
    const entries = await both.store.workspace("T1").audit.entries({ limit: 10 });
    expect(entries.toReversed()).toMatchObject([
      {
        kind: "secret.resealed",
        actor: by.actor,
        connection: { name: "c1" },
        details: { from: "k1", to: "k2", secret: "credentials" },
      },
      { kind: "secret.resealed", details: { from: "k1", to: "k2", secret: "installation" } },
    ]);
    expect(entries).toHaveLength(2);
  });

  test("keeps the fingerprint of an API key that is entered again after a rotation", async () => {
    const both = await (await sealedWithOldKey(open, 1)).reopen({ keys: ["k2", "k1"] });
    await resealed(both);
    const { connections } = (await both.reopen({ keys: ["k2"] })).store.workspace("T1");
    const [before] = await connections.list();
    const again = await connections.add({ vendor: "cartesia", name: "again", credentials: { k: "T1-1" } });
    expect(again.fingerprint).toBe(before?.fingerprint);
  });

  test("skips secrets that it cannot open, and names the missing key", async () => {
    const newOnly = await (await sealedWithOldKey(open)).reopen({ keys: ["k2"] });
    expect(await resealed(newOnly)).toEqual(Array.from({ length: 7 }, () => "not opened"));
    expect(await newOnly.secrets.use()).toEqual([
      { keyId: "k2", secrets: 0, state: "newest" },
      { keyId: "k1", secrets: 7, state: "missing" },
    ]);
  });

  test("does not overwrite a secret that the server has replaced meanwhile", async () => {
    const old = await sealedWithOldKey(open, 1);
    const both = await old.reopen({ keys: ["k2", "k1"] });
    const outcomes: string[] = [];
    for await (const { what, outcome } of both.secrets.reseal(by)) {
      outcomes.push(outcome);
      // The first secret is T1's connection. T2's is replaced before it is resealed.
      if (what.endsWith("of T1") && outcomes.length === 1)
        await old.store
          .workspace("T2")
          .connections.replace(await firstConnection(old, "T2"), { k: "replaced" });
    }
    expect(outcomes).toContain("changed meanwhile");
    await resealed(both);
    const newOnly = await both.reopen({ keys: ["k2"] });
    const { connections } = newOnly.store.workspace("T2");
    expect(await connections.credentials(await firstConnection(newOnly, "T2"))).toEqual({ k: "replaced" });
  });
}
