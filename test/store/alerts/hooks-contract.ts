import { expect, test } from "vitest";
import type { Mapping } from "../../../src/domain/alerts/hook.ts";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import type { AuditEntry, AuditLog } from "../../../src/domain/audit/audit-log.ts";
import type { Delivery } from "../../../src/domain/alerts/proposal.ts";
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

/** What every store guarantees about hooks. */
export function hooksContract(open: OpenStore): void {
  test("keeps hooks apart from other workspaces, and finds one by its id alone", async () => {
    const { store } = await open();
    const { hooks, audit } = store.workspace("T1");
    const made = await hooks.make(hook, { secret: "s3cret" }, by);
    expect(made).toMatchObject({ ...hook, mappings: [], hasSecret: true, hasNoteToken: false });
    expect(await hooks.list()).toEqual([made]);
    expect(await store.workspace("T2").hooks.list()).toEqual([]);
    expect(await store.hookById(hook.id)).toEqual({ workspaceId: "T1", hook: made });
    expect(await hooks.secrets(hook.id)).toEqual({ secret: "s3cret" });
    await expect(store.workspace("T2").hooks.secrets(hook.id)).rejects.toMatchObject({ code: "not_found" });
    expect(JSON.stringify(await audit.entries({ limit: 9 }))).not.toContain("s3cret");
    await expect(hooks.make({ ...hook, id: `hook_${"2".repeat(32)}` }, {}, by)).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("changes secrets and mappings with an entry each, and opens them with another key", async () => {
    const { store, reopen } = await open({ keys: ["old"] });
    const { hooks, audit } = store.workspace("T1");
    await hooks.make(hook, {}, by);
    await hooks.setSecrets(hook.id, { secret: "one" }, by);
    await hooks.setSecrets(hook.id, { note: { token: "t" } }, by);
    expect((await hooks.addMapping(hook.id, mapping, by)).mappings).toEqual([mapping]);
    expect((await hooks.removeMapping(hook.id, "map_1", by)).mappings).toEqual([]);
    await expect(hooks.removeMapping(hook.id, "map_1", by)).rejects.toMatchObject({ code: "not_found" });
    const said = (await audit.entries({ limit: 9 })).map(({ details }) => details?.what).toReversed();
    expect(said).toEqual([undefined, "secret", "notes", "mapping.added", "mapping.removed"]);
    const both = await reopen({ keys: ["new", "old"] });
    for await (const { outcome } of both.secrets.reseal(by)) expect(outcome).toBe("resealed");
    const later = await reopen({ keys: ["new"] });
    const { hooks: after } = later.store.workspace("T1");
    expect(await after.secrets(hook.id)).toEqual({ secret: "one", note: { token: "t" } });
  });

  test("schedules a note for a result of the incident, if the hook has a token for notes", async () => {
    const { store } = await open();
    const { hooks, proposals, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    await proposals.receive(hook.id, delivery(undefined, alert("A")), by);
    const [entry] = await entriesOf(audit, "proposal.made");
    await proposals.noteIncident(entry?.details?.proposal ?? "", "INC-1");
    const details = { run: "run_1", kind: "failover", incident: "INC-1" };
    const due = async () => store.work.claim("alert_note", { limit: 9, perLane: 9, leaseMs: minuteMs });
    await audit.append({ ...by, kind: "failover.held", details });
    expect(await due()).toEqual([]);
    await hooks.setSecrets(hook.id, { note: { token: "t" } }, by);
    await audit.append({ ...by, kind: "failover.held", details });
    const [held] = await entriesOf(audit, "failover.held");
    expect(await due()).toMatchObject([{ itemId: String(held?.sequence) }]);
  });

  test("forgets everything of a hook that is removed", async () => {
    const { store } = await open();
    const { hooks, proposals, audit } = store.workspace("T1");
    await hooks.make(hook, { secret: "s" }, by);
    await proposals.receive(hook.id, delivery("d1", alert("A")), by);
    const [entry] = await entriesOf(audit, "proposal.made");
    await hooks.remove(hook.id, by);
    expect(await proposals.find(entry?.details?.proposal ?? "")).toBeUndefined();
    expect(await store.work.claim("alert_proposal", { limit: 9, perLane: 9, leaseMs: minuteMs })).toEqual([]);
    await expect(proposals.receive(hook.id, delivery("d2", alert("A")), by)).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(hooks.remove(hook.id, by)).rejects.toMatchObject({ code: "not_found" });
    expect(await store.hookById(hook.id)).toBeUndefined();
  });
}
