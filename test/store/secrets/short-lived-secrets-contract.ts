import { expect, test } from "vitest";
import type { OpenStore } from "../contract.ts";
import { manualSources } from "../events.ts";

const minute = 60_000;

/** What every store guarantees about secrets that are good for half an hour. */
export function shortLivedSecretsContract(open: OpenStore): void {
  const secretsOf = ({ store }: Awaited<ReturnType<OpenStore>>, workspaceId = "T1") =>
    store.workspace(workspaceId).shortLivedSecrets;

  test("keeps a secret for any process, and the newest of the same id", async () => {
    const one = await open();
    const other = await one.reopen();
    await secretsOf(one).keep("a", "first");
    await secretsOf(other).keep("a", "second");
    await secretsOf(one).keep("b", "another");
    expect(await secretsOf(one).find("a")).toBe("second");
    expect(await secretsOf(other).find("b")).toBe("another");
    expect(await secretsOf(one).find("c")).toBeUndefined();
    expect(await secretsOf(one, "T2").find("a")).toBeUndefined();
  });

  test("gives it to one of those who take it", async () => {
    const one = await open();
    const other = await one.reopen();
    await secretsOf(one).keep("a", "secret");
    const taken = await Promise.all([one, other, one].map(async (store) => secretsOf(store).take("a")));
    expect(taken.filter(Boolean)).toEqual(["secret"]);
    expect(await secretsOf(one).find("a")).toBeUndefined();
  });

  test("gives it for half an hour", async () => {
    const { sources, advance } = manualSources();
    const store = await open({ sources });
    await secretsOf(store).keep("a", "secret");
    advance(30 * minute);
    expect(await secretsOf(store).find("a")).toBe("secret");
    advance(1);
    expect(await secretsOf(store).find("a")).toBeUndefined();
    expect(await secretsOf(store).take("a")).toBeUndefined();
  });

  test("gives nothing that its keys do not open, and nothing of a workspace that has left", async () => {
    const store = await open();
    await secretsOf(store).keep("a", "secret");
    expect(await secretsOf(await store.reopen({ keys: ["k2"] })).find("a")).toBeUndefined();
    await store.installations.save("T1", {}, new Date("2026-03-01T12:00:00.000Z"));
    await store.installations.wipe("T1");
    expect(await secretsOf(store).find("a")).toBeUndefined();
  });
}
