import { expect, test } from "vitest";
import { day } from "../../support/fixtures.ts";
import type { OpenStore } from "../contract.ts";
import { outcome, requested } from "../events.ts";

const prod = { vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } } as const;

/** What every store guarantees about the workspaces in it and the requests that they claim. */
export function workspacesContract(open: OpenStore): void {
  test("lists every workspace that has an entry, a connection or an installation, once", async () => {
    const { store, installations } = await open();
    expect(await store.workspaceIds()).toEqual([]);
    for (const n of [1, 2, 3]) await store.workspace("T3").audit.append(requested(n));
    await store.workspace("E1").audit.append(requested(1));
    await store.workspace("T2").connections.add(prod);
    await store.workspace("T3").connections.add(prod);
    await installations.save("T4", {}, new Date());
    await installations.save("E1", {}, new Date());
    expect(await store.workspaceIds()).toEqual(["E1", "T2", "T3", "T4"]);
  });

  test("lets no workspace see or touch what belongs to another", async () => {
    const { store } = await open();
    const [ours, theirs] = [store.workspace("T1"), store.workspace("T2")];
    const { id } = await theirs.connections.add(prod);
    await theirs.audit.append(requested(1));
    expect(await ours.connections.list()).toEqual([]);
    await expect(ours.connections.get(id)).rejects.toMatchObject({ code: "not_found" });
    await expect(ours.connections.credentials(id)).rejects.toMatchObject({ code: "not_found" });
    await expect(ours.connections.replace(id, { apiKey: "x" })).rejects.toMatchObject({ code: "not_found" });
    await expect(ours.connections.remove(id)).rejects.toMatchObject({ code: "not_found" });
    await expect(ours.connections.add(prod)).resolves.toMatchObject({ name: "Prod" });
    await expect(ours.audit.append(requested(1))).resolves.toMatchObject({ workspaceId: "T1" });
    expect(await theirs.claim("req_1")).toBe(true);
    expect(await ours.claim("req_1")).toBe(true);
    expect(await theirs.connections.credentials(id)).toEqual(prod.credentials);
  });

  test("returns the same store for the same workspace, and none without an id", async () => {
    const { store } = await open();
    expect(store.workspace("T1")).toBe(store.workspace("T1"));
    expect(() => store.workspace("")).toThrow("a workspace has an id");
  });

  test("counts the changes of all workspaces that have no known outcome", async () => {
    const { store } = await open();
    for (const n of [1, 2]) await store.workspace("T1").audit.append(requested(n));
    await store.workspace("T2").audit.append(requested(1));
    expect(await store.unsettledCount()).toBe(3);
    await store.workspace("T1").audit.append(outcome(1, "applied"));
    await store.workspace("T1").audit.append(outcome(2, "unknown"));
    expect(await store.unsettledCount()).toBe(2);
  });

  test("is writable and has no faults when it is new", async () => {
    const { store } = await open();
    await expect(store.checkWritable()).resolves.toBeUndefined();
    expect(await store.faults()).toEqual([]);
  });

  test("claims a request once in each workspace", async () => {
    const { store } = await open();
    expect(await store.workspace("T1").claim("req_1")).toBe(true);
    expect(await store.workspace("T1").claim("req_1")).toBe(false);
    expect(await store.workspace("T2").claim("req_1")).toBe(true);
  });

  test("stores a pending notification with the first claim only", async () => {
    const { store } = await open();
    const { claim, notifications } = store.workspace("T1");
    const pending = (changeId: string) => ({ changeId, replyTo: { userId: "U1", channelId: "C1" } });
    expect(await claim("req_1", pending("chg_1"))).toBe(true);
    expect(await claim("req_1", pending("chg_2"))).toBe(false);
    expect(await notifications.pending()).toEqual(["chg_1"]);
    expect(await notifications.find("chg_1")).toEqual({ userId: "U1", channelId: "C1" });
    expect(await store.workspace("T2").notifications.pending()).toEqual([]);
  });

  // C1
  test("still knows a request when the clock was set two days ahead and put right", async () => {
    let at = 1_000;
    let wrongBy = 0;
    let count = 0;
    const opened = await open({
      sources: {
        now: () => new Date(at + wrongBy),
        monotonicMs: () => at,
        newId: (prefix) => `${prefix}_${(count += 1)}`,
      },
    });
    const { claim } = opened.store.workspace("T1");
    await claim("req_1");
    wrongBy = 2 * day;
    at += 60 * 60_000;
    for (let n = 2; n <= 30; n += 1) await claim(`req_${n}`);
    const restarted = (await opened.reopen()).store.workspace("T1");
    for (let n = 31; n <= 60; n += 1) await restarted.claim(`req_${n}`);
    wrongBy = 0;
    expect(await restarted.claim("req_1")).toBe(false);
  });
}
