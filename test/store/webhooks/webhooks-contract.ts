import { expect, test } from "vitest";
import { maxWebhooks } from "../../../src/domain/webhooks/webhook.ts";
import { manualSources, requested } from "../events.ts";
import type { OpenStore } from "../contract.ts";

const by = { actor: { kind: "cli", osUser: "root" }, requestId: "req_1" } as const;
const new1 = {
  url: "https://hooks.example/secret-path",
  origin: "https://hooks.example",
  secret: "whsec_one",
};
const dayMs = 24 * 60 * 60_000;

/** What every store guarantees about webhooks. */
export function webhooksContract(open: OpenStore): void {
  test("begins after what is recorded, with an entry that has no path and no secret", async () => {
    const { store } = await open();
    const { webhooks, audit } = store.workspace("T1");
    await audit.append(requested(1));
    const added = await webhooks.add(new1, by);
    expect(await webhooks.list()).toEqual([added]);
    expect(await store.workspace("T2").webhooks.list()).toEqual([]);
    expect(added).toMatchObject({ origin: "https://hooks.example", state: "active", isTold: false });
    const [entry, before] = await audit.entries({ limit: 2 });
    expect(added.sequence).toBe(before?.sequence);
    expect(entry).toMatchObject({
      kind: "webhook.added",
      details: { webhook: added.id, origin: "https://hooks.example" },
    });
    expect(JSON.stringify(entry)).not.toMatch(/secret-path|whsec/u);
    expect(await webhooks.target(added.id)).toEqual({ url: new1.url, secrets: ["whsec_one"] });
  });

  test("signs with both secrets until the former one is over", async () => {
    const { sources, advance } = manualSources();
    const { store } = await open({ sources });
    const { webhooks } = store.workspace("T1");
    const { id } = await webhooks.add(new1, by);
    await webhooks.rotate(id, "whsec_two", new Date(sources.now().getTime() + dayMs), by);
    expect((await webhooks.target(id)).secrets).toEqual(["whsec_two", "whsec_one"]);
    advance(dayMs);
    expect(await webhooks.target(id)).toEqual({ url: new1.url, secrets: ["whsec_two"] });
  });

  test("signs with every former secret of the last day if it is replaced again", async () => {
    const { sources, advance } = manualSources();
    const { store } = await open({ sources });
    const { webhooks } = store.workspace("T1");
    const { id } = await webhooks.add(new1, by);
    await webhooks.rotate(id, "whsec_two", new Date(sources.now().getTime() + dayMs), by);
    advance(dayMs / 2);
    await webhooks.rotate(id, "whsec_three", new Date(sources.now().getTime() + dayMs), by);
    expect((await webhooks.target(id)).secrets).toEqual(["whsec_three", "whsec_two", "whsec_one"]);
    advance(dayMs / 2);
    expect((await webhooks.target(id)).secrets).toEqual(["whsec_three", "whsec_two"]);
  });

  test("opens secrets with another key after they were encrypted anew", async () => {
    const { store, reopen } = await open({ keys: ["old"] });
    const { id } = await store.workspace("T1").webhooks.add(new1, by);
    const both = await reopen({ keys: ["new", "old"] });
    for await (const { outcome } of both.secrets.reseal(by)) expect(outcome).toBe("resealed");
    const later = await reopen({ keys: ["new"] });
    expect((await later.store.workspace("T1").webhooks.target(id)).secrets).toEqual(["whsec_one"]);
  });

  test("schedules the work of those with something to send, and never moves back", async () => {
    const { store } = await open();
    const { webhooks, audit } = store.workspace("T1");
    const { id } = await webhooks.add(new1, by);
    expect(await store.scheduleWebhooks()).toBe(1);
    const claims = await store.work.claim("webhook", { limit: 9, perLane: 9, leaseMs: 60_000 });
    expect(claims).toMatchObject([{ workspaceId: "T1", itemId: id }]);
    const [newest] = await audit.entries({ limit: 1 });
    expect(await webhooks.delivered(id, newest?.sequence ?? 0)).toBe(true);
    await webhooks.delivered(id, 1);
    expect((await webhooks.find(id))?.sequence).toBe(newest?.sequence);
    expect(await store.scheduleWebhooks()).toBe(0);
  });

  test("keeps the kinds of events that it gets, on record, and passes others over while it fails", async () => {
    const { store, reopen } = await open();
    const { webhooks, audit } = store.workspace("T1");
    const { id, kinds } = await webhooks.add({ ...new1, kinds: ["change.*", "freeze.set"] }, by);
    expect(kinds).toEqual(["change.*", "freeze.set"]);
    const detailsOf = async () => (await audit.entries({ limit: 1 }))[0];
    expect(await detailsOf()).toMatchObject({ details: { kinds: "change.*, freeze.set" } });
    await expect(webhooks.setKinds(id, ["change.*", "freeze.set"], by)).rejects.toMatchObject({
      code: "nothing_to_change",
    });
    expect((await webhooks.setKinds(id, ["token.*"], by)).kinds).toEqual(["token.*"]);
    expect(await detailsOf()).toMatchObject({ kind: "webhook.changed", details: { kinds: "token.*" } });
    await webhooks.noteFailure(id, "It answered 500.");
    await webhooks.passedOver(id, 2);
    await webhooks.passedOver(id, 1);
    const again = (await reopen()).store.workspace("T1").webhooks;
    expect(await again.find(id)).toMatchObject({
      sequence: 2,
      kinds: ["token.*"],
      failure: "It answered 500.",
    });
    // What failed may be what it no longer gets.
    const every = await again.setKinds(id, undefined, by);
    expect([every.kinds, every.failingSince, every.failure]).toEqual([undefined, undefined, undefined]);
    await expect(again.setKinds("whk_gone", undefined, by)).rejects.toMatchObject({ code: "not_found" });
  });

  test("keeps what is written while it is being sent to as work to do", async () => {
    const { store } = await open();
    const { webhooks, audit } = store.workspace("T1");
    const { id } = await webhooks.add(new1, by);
    await store.scheduleWebhooks();
    const [claim] = await store.work.claim("webhook", { limit: 9, perLane: 9, leaseMs: 60_000 });
    if (!claim) throw new Error("it is due");
    await audit.append(requested(1));
    await store.scheduleWebhooks();
    await store.work.finish(claim);
    const again = await store.work.claim("webhook", { limit: 9, perLane: 9, leaseMs: 60_000 });
    expect(again).toMatchObject([{ itemId: id }]);
  });

  test("stores since when it fails, pauses it, and sends again from there when somebody resumes it", async () => {
    const { sources, advance } = manualSources();
    const { store } = await open({ sources });
    const { webhooks, audit } = store.workspace("T1");
    const { id, sequence } = await webhooks.add(new1, by);
    const since = await webhooks.noteFailure(id, "It answered 500.");
    advance(60_000);
    expect(await webhooks.noteFailure(id, "It answered 503.")).toEqual(since);
    // Its next attempt is scheduled already.
    expect(await store.scheduleWebhooks()).toBe(0);
    await webhooks.pause(id, "It answered 503.", by);
    await webhooks.noteTold(id);
    expect(await webhooks.find(id)).toMatchObject({
      state: "paused",
      failingSince: since.toISOString(),
      failure: "It answered 503.",
      isTold: true,
    });
    expect((await audit.entries({ limit: 1 }))[0]).toMatchObject({
      kind: "webhook.paused",
      reason: "It answered 503.",
    });
    expect(await store.scheduleWebhooks()).toBe(0);
    const resumed = await webhooks.resume(id, by);
    expect(resumed).toEqual({ ...resumed, state: "active", sequence, isTold: false });
    expect(resumed.failingSince).toBeUndefined();
    await expect(webhooks.resume(id, by)).rejects.toMatchObject({ code: "nothing_to_change" });
  });

  test("has a limit, and removes one with its work", async () => {
    const { store } = await open();
    const { webhooks } = store.workspace("T1");
    for (let n = 0; n < maxWebhooks; n += 1) await webhooks.add(new1, by);
    await expect(webhooks.add(new1, by)).rejects.toMatchObject({ code: "invalid_input" });
    await store.scheduleWebhooks();
    for (const { id } of await webhooks.list()) await webhooks.remove(id, by);
    expect(await webhooks.list()).toEqual([]);
    expect(await webhooks.delivered("whk_gone", 1)).toBe(false);
    expect(await store.work.claim("webhook", { limit: 9, perLane: 9, leaseMs: 60_000 })).toEqual([]);
    await expect(webhooks.remove("whk_gone", by)).rejects.toMatchObject({ code: "not_found" });
  });
}
