import { expect, test } from "vitest";
import type { Mapping } from "../../../src/domain/alerts/hook.ts";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import type { AuditEntry, AuditLog } from "../../../src/domain/audit/audit-log.ts";
import type { Delivery } from "../../../src/domain/alerts/proposal.ts";
import { manualSources } from "../events.ts";
import type { OpenStore } from "../contract.ts";

const by = { actor: { kind: "system", job: "hooks" }, requestId: "req_1" } as const;
const mapping: Mapping = {
  id: "map_1",
  field: "service",
  pattern: "cartesia*",
  proposes: { kind: "plan", plan: "silent" },
  channelId: "C1",
};
const hook = { id: `hook_${"1".repeat(32)}`, name: "pd", source: "pagerduty" } as const;
const alert = (id: string, state: "open" | "resolved" = "open") => ({
  id,
  key: id,
  title: `Alert ${id}`,
  state,
  hash: "h1",
});
const delivery = (digest: string | undefined, ...alerts: ReturnType<typeof alert>[]): Delivery => ({
  digest,
  matched: [{ mapping, alerts }],
  hasAlerts: true,
});
const minuteMs = 60_000;
/** The entries of a kind, newest first. */
async function entriesOf(audit: AuditLog, kind: AuditKind): Promise<AuditEntry[]> {
  return (await audit.entries({ limit: 50 })).filter((entry) => entry.kind === kind);
}

/** What every store guarantees about what alerts propose. */
export function proposalsContract(open: OpenStore): void {
  test("makes one proposal of many alerts, with its entry and its work, and accepts a request once", async () => {
    const { store } = await open();
    const { hooks, proposals, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    expect(await proposals.receive(hook.id, delivery("d1", alert("A"), alert("B")), by)).toBe(true);
    expect(await proposals.receive(hook.id, delivery("d1", alert("C")), by)).toBe(false);
    expect(await proposals.receive(hook.id, delivery("d2", alert("B"), alert("C")), by)).toBe(true);
    const [entry] = await entriesOf(audit, "proposal.made");
    const found = await proposals.find(entry?.details?.proposal ?? "");
    expect(found).toMatchObject({
      state: "open",
      key: "A",
      title: "Alert A",
      alerts: 3,
      openAlerts: 3,
      alertIds: ["A", "B", "C"],
      source: "pagerduty",
      mapping,
      isPosted: false,
    });
    const claims = await store.work.claim("alert_proposal", { limit: 9, perLane: 9, leaseMs: minuteMs });
    expect(claims).toMatchObject([{ workspaceId: "T1", itemId: found?.id }]);
    await proposals.forgetDelivery(hook.id, "d1");
    expect(await proposals.receive(hook.id, delivery("d1", alert("C")), by)).toBe(true);
    expect((await hooks.find(hook.id))?.lastMatched).toBe(true);
  });

  test("closes an incident by itself only once its alerts are resolved and nothing changed since", async () => {
    const { store } = await open();
    const { hooks, proposals, incidents, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    const about = {
      key: "INC-1",
      title: undefined,
      channelId: undefined,
      startedAt: "2026-01-01T00:00:00.000Z",
    };
    await incidents.start({ ...about, startedBy: by.actor }, { ...by, kind: "incident.started" });
    await proposals.receive(hook.id, delivery(undefined, alert("A")), by);
    const [entry] = await entriesOf(audit, "proposal.made");
    await proposals.noteIncident(entry?.details?.proposal ?? "", "INC-1");
    const sequence = (await audit.entries({ limit: 1 }))[0]?.sequence ?? 0;
    const end = async (quietSince = "2100-01-01T00:00:00.000Z") => {
      const who = { actor: by.actor, at: about.startedAt };
      return incidents.endIfQuiet("INC-1", who, { sequence, quietSince }, { ...by, kind: "incident.ended" });
    };
    expect(await end()).toBe(false);
    await proposals.receive(hook.id, delivery(undefined, alert("A", "resolved")), by);
    expect(await end(about.startedAt)).toBe(false);
    expect(await end()).toBe(true);
  });

  test("is resolved with its last alert, opens again soon after, and is another one later", async () => {
    const { sources, advance } = manualSources();
    const { store } = await open({ sources });
    const { hooks, proposals, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    const receive = async (...alerts: ReturnType<typeof alert>[]) =>
      proposals.receive(hook.id, delivery(undefined, ...alerts), by);
    const ids = async () =>
      (await entriesOf(audit, "proposal.made")).map(({ details }) => details?.proposal ?? "");
    await receive(alert("X", "resolved"));
    expect(await ids()).toEqual([]);
    await receive(alert("A"), alert("B"));
    const [id = ""] = await ids();
    await receive(alert("A", "resolved"));
    expect(await proposals.find(id)).toMatchObject({ state: "open", openAlerts: 1 });
    await receive(alert("B", "resolved"));
    expect(await proposals.find(id)).toMatchObject({ state: "resolved", openAlerts: 0 });
    advance(minuteMs);
    await receive(alert("A"));
    expect(await proposals.find(id)).toMatchObject({ state: "open", openAlerts: 1 });
    await receive(alert("A", "resolved"));
    advance(16 * minuteMs);
    await receive(alert("A"));
    expect(await ids()).toHaveLength(2);
  });

  test("knows an alert by its id, whatever it matches by now, until its proposal is over for a while", async () => {
    const { sources, advance } = manualSources();
    const { store } = await open({ sources });
    const { hooks, proposals, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    const other = { ...mapping, id: "map_2" };
    const receive = async (to: Mapping | undefined, ...alerts: ReturnType<typeof alert>[]) => {
      const matched = [{ mapping: to, alerts }];
      await proposals.receive(hook.id, { digest: undefined, matched, hasAlerts: true }, by);
    };
    const states = async () => {
      const ids = (await entriesOf(audit, "proposal.made")).map(({ details }) => details?.proposal ?? "");
      return Promise.all(ids.toReversed().map(async (id) => (await proposals.find(id))?.state));
    };
    await receive(undefined, alert("X"));
    expect((await hooks.find(hook.id))?.lastMatched).toBe(false);
    await receive(mapping, alert("A"));
    await receive(other, { ...alert("A", "resolved"), title: "Low urgency" });
    expect(await states()).toEqual(["resolved"]);
    advance(minuteMs);
    await receive(undefined, { ...alert("A"), title: "Renamed" });
    expect(await states()).toEqual(["open"]);
    // The newest proposal of the mapping is another one by now.
    advance(7 * 60 * minuteMs);
    await receive(mapping, alert("B"));
    expect(await states()).toEqual(["open", "open"]);
    await receive(undefined, alert("A", "resolved"));
    expect(await states()).toEqual(["resolved", "open"]);
    await receive(mapping, alert("B", "resolved"));
    advance(16 * minuteMs);
    await receive(undefined, alert("A"));
    await receive(other, alert("B"));
    expect(await states()).toEqual(["resolved", "resolved", "open"]);
  });

  test("makes another proposal if one has been silent for hours and another alert comes", async () => {
    const { sources, advance } = manualSources();
    const { store } = await open({ sources });
    const { hooks, proposals, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    await proposals.receive(hook.id, delivery(undefined, alert("A")), by);
    advance(6 * 60 * minuteMs);
    await proposals.receive(hook.id, delivery(undefined, { ...alert("A"), hash: "again" }), by);
    expect(await entriesOf(audit, "proposal.made")).toHaveLength(1);
    advance(6 * 60 * minuteMs);
    await proposals.receive(hook.id, delivery(undefined, alert("B")), by);
    expect(await entriesOf(audit, "proposal.made")).toHaveLength(2);
  });

  test("stays dismissed while its alerts are open, and is dismissed once", async () => {
    const { store } = await open();
    const { hooks, proposals, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    await proposals.receive(hook.id, delivery(undefined, alert("A")), by);
    const [entry] = await entriesOf(audit, "proposal.made");
    const id = entry?.details?.proposal ?? "";
    const person = { actor: { kind: "user", userId: "U1", workspaceId: "T1" }, requestId: "req_2" } as const;
    expect(await proposals.dismiss(id, person)).toMatchObject({
      state: "dismissed",
      dismissedBy: person.actor,
    });
    await expect(proposals.dismiss(id, person)).rejects.toMatchObject({ code: "nothing_to_change" });
    await proposals.receive(hook.id, delivery(undefined, alert("B")), by);
    expect(await proposals.find(id)).toMatchObject({ state: "dismissed", alerts: 2 });
    expect(await store.workspace("T2").proposals.find(id)).toBeUndefined();
  });

  test("notes what was found and told, and what belongs to an incident", async () => {
    const { store } = await open();
    const { hooks, proposals, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    await proposals.receive(hook.id, delivery(undefined, alert("A")), by);
    const [entry] = await entriesOf(audit, "proposal.made");
    const id = entry?.details?.proposal ?? "";
    const preview = { counts: "1 will be switched", canSwitch: true, at: "2026-03-01T12:00:00.000Z" };
    await proposals.noteIncident(id, "INC-1");
    await proposals.notePreview(id, preview);
    await proposals.notePosted(id);
    await proposals.noteToldResolved(id);
    const [found] = await proposals.ofIncident("INC-1");
    expect(found).toMatchObject({ id, incident: "INC-1", preview, isPosted: true });
    expect(found?.toldResolvedAt).toBeDefined();
    expect(await proposals.unresolved()).toEqual([found]);
    await proposals.receive(hook.id, delivery(undefined, alert("A", "resolved")), by);
    expect(await proposals.unresolved()).toEqual([]);
  });

  test("tells at once of what is resolved after a while, and looks soon at what was to be looked at later", async () => {
    const { sources, advance } = manualSources();
    const { store } = await open({ sources });
    const { hooks, proposals } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    const due = async () => store.work.claim("alert_proposal", { limit: 9, perLane: 9, leaseMs: minuteMs });
    // A database of its own has its own clock, by which work is due.
    advance(Date.now() - sources.now().getTime() - minuteMs);
    await proposals.receive(hook.id, delivery(undefined, alert("A")), by);
    for (const claim of await due()) await store.work.finish(claim, { dueInMs: 15 * minuteMs });
    await proposals.receive(hook.id, delivery(undefined, alert("B")), by);
    advance(2_000);
    const [soon] = await due();
    if (!soon) throw new Error("it is looked at before its 15 minutes are over");
    await store.work.finish(soon);
    advance(60 * minuteMs);
    await proposals.receive(hook.id, delivery(undefined, alert("A", "resolved"), alert("B", "resolved")), by);
    expect(await due()).toHaveLength(1);
  });
}
