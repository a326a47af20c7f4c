import { expect, test } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { unprovable } from "../../../src/domain/changes/change-record.ts";
import type { UninstallBatch } from "../../../src/domain/ports/installations.ts";
import type { Store } from "../../../src/domain/ports/store.ts";
import { turnsOf } from "../../support/until.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import type { OpenStore } from "../contract.ts";
import { requested } from "../events.ts";

const installation = { team: { id: "T1" }, bot: { token: "xoxb-secret", scopes: ["commands"] } };
const installedAt = new Date("2026-03-01T12:00:00.000Z");
const before = new Date("2026-03-01T11:59:59.000Z");
const after = new Date("2026-03-01T12:00:01.000Z");
const cli = { kind: "cli", osUser: "root" } as const;
const webhook = { url: "https://hooks.example/x", origin: "https://hooks.example", secret: "whsec_one" };
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

  test("wipes connections, webhooks and form states with the installation, of that workspace only", async () => {
    const { store, installations } = await open();
    const tokens = new Map<string, string>();
    const formState = async (key: string) =>
      store.workspace(key).formStates.find("U1", tokens.get(key) ?? "");
    for (const key of ["T1", "T2"]) {
      await installations.save(key, installation, installedAt);
      await store.workspace(key).connections.add(prod);
      tokens.set(key, await store.workspace(key).formStates.keep("U1", "{}"));
      await store.workspace(key).webhooks.add(webhook, { actor: cli, requestId: "req_1" });
    }
    expect(await installations.wipe("T1", { notAfter: after })).toMatchObject({ total: { undelivered: 0 } });
    expect(await installations.find("T1")).toBeUndefined();
    expect(await formState("T1")).toBeUndefined();
    expect(await formState("T2")).toBe("{}");
    expect(await store.workspace("T1").connections.list()).toEqual([]);
    expect(await store.workspace("T1").webhooks.list()).toEqual([]);
    expect(await store.workspace("T2").webhooks.list()).toHaveLength(1);
    expect(await installations.find("T2")).toBeDefined();
    expect(await store.workspace("T2").connections.list()).toHaveLength(1);
  });

  test("leaves no work of runs, even if a server pauses one in the middle", async () => {
    const { store, installations, work } = await open();
    const { audit, runs, connections } = store.workspace("T1");
    await connections.add(prod);
    // Too many for one batch.
    for (let n = 1; n <= 60; n += 1) await audit.append(requested(n));
    const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
    const entry = { actor, requestId: "req_run" };
    await runs.show(failoverOf("run_1", [runStepOf("num_9")]));
    await runs.begin("run_1", { userId: "U1" }, { ...entry, kind: "failover.begun" });
    const pauses: Promise<boolean>[] = [];
    const record = () => {
      const pause = { why: "asked", at: installedAt.toISOString() } as const;
      pauses.push(runs.pause("run_1", pause, { ...entry, kind: "failover.paused" }));
      return [];
    };
    await installations.wipe("T1", { record });
    expect(await Promise.all(pauses)).toHaveLength(2);
    await work.pass(24 * 60 * 60_000);
    for (const kind of ["run", "run_reminder"] as const)
      expect(await store.work.claim(kind, { limit: 9, perLane: 9, leaseMs: 1 })).toEqual([]);
    expect((await runs.get("run_1")).state).toBe("stopped");
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
    expect(await installations.wipe("T1", { notAfter: after })).toMatchObject({ total: { undelivered: 0 } });
    expect(await installations.wipe("T1", { notAfter: after })).toBeUndefined();
  });

  // A4
  test("cancels very much pending work in batches, each with its entries, and lets others have their turn", async () => {
    const { store, installations } = await open();
    await installations.save("T1", installation, installedAt);
    await pendingChanges(store, 120);
    const batches: UninstallBatch[] = [];
    const { result, turns } = await turnsOf(
      installations.wipe("T1", { notAfter: after, record: recording(batches) }),
    );
    expect(result?.total).toMatchObject({ unsettled: 120 });
    expect(batches.length).toBeGreaterThan(2);
    expect(turns).toBeGreaterThanOrEqual(batches.length - 1);
    expect(batches.map(({ total }) => total?.unsettled)).toEqual([
      ...batches.slice(1).map(() => undefined),
      120,
    ]);
    expect(await store.workspace("T1").audit.unsettled()).toEqual([]);
  });

  test("finishes an uninstall that was interrupted, without the keys", async () => {
    const { store, installations } = await open();
    await installations.save("T1", installation, installedAt);
    await store.workspace("T1").connections.add(prod);
    await pendingChanges(store, 120);
    const batches: UninstallBatch[] = [];
    const record = recording(batches);
    const killed = new Error("the process ends");
    const interrupted = installations.wipe("T1", {
      notAfter: after,
      record: (batch) => {
        if (batches.length === 1) throw killed;
        return record(batch);
      },
    });
    await expect(interrupted).rejects.toBe(killed);
    expect(await installations.find("T1")).toBeUndefined();
    expect(await store.workspace("T1").connections.list()).toEqual([]);
    const left = (await store.workspace("T1").audit.unsettled()).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(120);
    expect(await installations.interrupted()).toEqual(["T1"]);
    const finished = await installations.wipe("T1", { notAfter: after, record });
    expect(finished).toMatchObject({ connections: [], total: { connections: 0, unsettled: left } });
    expect(await installations.interrupted()).toEqual([]);
  });

  test("names no workspace as interrupted that is installed or still has a connection", async () => {
    const { store, installations } = await open();
    await pendingChanges(store, 1);
    await store.workspace("T1").connections.add(prod);
    expect(await installations.interrupted()).toEqual([]);
    const [connection] = await store.workspace("T1").connections.list();
    await installations.save("T1", installation, installedAt);
    await store.workspace("T1").connections.remove(connection?.id ?? "");
    expect(await installations.interrupted()).toEqual([]);
  });
}

async function pendingChanges(store: Store, count: number): Promise<void> {
  const { audit } = store.workspace("T1");
  for (let at = 0; at < count; at += 1) await audit.append(requested(at));
}

/** Says of each change that its outcome will never be known, and collects the batches that were written. */
function recording(batches: UninstallBatch[]): (batch: UninstallBatch) => readonly AuditEvent[] {
  return (batch) => {
    batches.push(batch);
    return batch.unsettled.map(({ requested: { changeId, requestId, actor } }) => ({
      kind: "change.outcome",
      actor,
      requestId,
      changeId,
      outcome: "unknown",
      details: unprovable,
    }));
  };
}
