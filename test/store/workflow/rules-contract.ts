import { expect, test } from "vitest";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import { formatActor } from "../../../src/domain/shared/actor.ts";
import { maxRules, type Rule } from "../../../src/domain/failover/rules.ts";
import type { OpenStore } from "../contract.ts";

const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const other = { ...actor, userId: "U2" };
const rule: Rule = {
  id: "rul_1",
  title: "Emergency lines",
  scopes: [{ connectionId: "con_1", numberId: "num_1" }, { connectionId: "con_2" }],
  demand: { kind: "at_most", atMost: { percent: 50 }, agentId: "agent_a", agentName: "Night Bot" },
};
const details = { rule: "rul_1", title: "Emergency lines", demand: "at most 50 % on Night Bot" };
const event = <Kind extends AuditKind>(kind: Kind) => ({ kind, actor, requestId: `req_${kind}`, details });
const gateEvent = <Kind extends AuditKind>(kind: Kind) => ({
  kind,
  actor,
  requestId: `req_${kind}`,
  details: { gate: "automation" },
});
const noon = "2026-03-01T12:00:00.000Z";

const overridden = (ruleId: string, by: typeof actor | typeof other, until: string) => ({
  override: { ruleId, by, until },
  event: { ...event("rule.overridden"), details: { ...details, rule: ruleId, until } },
});

/** What every store guarantees about rules, overrides and the gate. */
export function rulesContract(open: OpenStore): void {
  test("keeps a rule exactly as it was set, with its entry, apart from other workspaces", async () => {
    const { store } = await open();
    const { rules, audit } = store.workspace("T1");
    await rules.set(rule, event("rule.set"));
    await rules.set({ ...rule, id: "rul_2", demand: { kind: "keep_agent", atLeast: 1 } }, event("rule.set"));
    expect(await rules.list()).toEqual([rule, expect.objectContaining({ id: "rul_2" })]);
    expect(await audit.entries({ limit: 9 })).toMatchObject([
      { kind: "rule.set" },
      { kind: "rule.set", details },
    ]);
    expect(await store.workspace("T2").rules.list()).toEqual([]);
  });

  test("removes a rule once, with its overrides", async () => {
    const { rules } = (await open()).store.workspace("T1");
    await rules.set(rule, event("rule.set"));
    const until = "2026-03-01T12:15:00.000Z";
    await rules.override([overridden("rul_1", actor, until)]);
    expect(await rules.remove("rul_1", event("rule.removed"))).toBe(true);
    expect(await rules.remove("rul_1", event("rule.removed"))).toBe(false);
    expect(await rules.list()).toEqual([]);
    expect(await rules.overrides(new Date(noon))).toEqual([]);
  });

  test("never counts a rule that cannot be read as none, and says which it is", async () => {
    const { store, work } = await open();
    const { rules } = store.workspace("T1");
    for (const id of ["rul_1", "rul_2", "rul_3"]) await rules.set({ ...rule, id }, event("rule.set"));
    await work.alter("UPDATE rules SET body = '{' WHERE id = 'rul_2'");
    await work.alter(`UPDATE rules SET body = '{"demand":{"kind":"newer"}}' WHERE id = 'rul_3'`);
    await expect(rules.list()).rejects.toThrow("cannot be read");
    expect(await rules.listReadable()).toEqual({ rules: [rule], unreadable: ["rul_2", "rul_3"] });
    await rules.remove("rul_2", event("rule.removed"));
    await rules.remove("rul_3", event("rule.removed"));
    expect(await rules.list()).toEqual([rule]);
  });

  test("limits how many rules a workspace has", async () => {
    const { rules } = (await open()).store.workspace("T1");
    for (let n = 0; n < maxRules; n += 1) await rules.set({ ...rule, id: `rul_${n}` }, event("rule.set"));
    await expect(rules.set({ ...rule, id: "rul_more" }, event("rule.set"))).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("keeps overrides of each person until they expire", async () => {
    const { store } = await open();
    const { rules } = store.workspace("T1");
    await rules.set(rule, event("rule.set"));
    const override = async (by: typeof actor | typeof other, until: string): Promise<void> =>
      rules.override([overridden("rul_1", by, until)]);
    await override(actor, "2026-03-01T12:15:00.000Z");
    await override(other, "2026-03-01T12:10:00.000Z");
    await override(actor, "2026-03-01T12:20:00.000Z");
    const at = async (time: string) =>
      (await rules.overrides(new Date(time))).map(({ by }) => formatActor(by));
    expect((await at(noon)).toSorted((a, b) => a.localeCompare(b))).toEqual(["U1@T1", "U2@T1"]);
    expect(await at("2026-03-01T12:10:00.000Z")).toEqual(["U1@T1"]);
    expect(await at("2026-03-01T12:20:00.000Z")).toEqual([]);
    expect(await store.workspace("T2").rules.overrides(new Date(noon))).toEqual([]);
  });

  test("overrides several rules with an entry each, or none of them", async () => {
    const { rules, audit } = (await open()).store.workspace("T1");
    await rules.set(rule, event("rule.set"));
    await rules.set({ ...rule, id: "rul_2" }, event("rule.set"));
    const until = "2026-03-01T12:15:00.000Z";
    const asked = (...ids: readonly string[]) => ids.map((id) => overridden(id, actor, until));
    await expect(rules.override(asked("rul_1", "rul_gone"))).rejects.toMatchObject({ code: "not_found" });
    expect(await rules.overrides(new Date(noon))).toEqual([]);
    expect(await audit.entries({ limit: 9 })).toHaveLength(2);
    await rules.override(asked("rul_1", "rul_2"));
    expect(await rules.overrides(new Date(noon))).toHaveLength(2);
    const [second, first] = await audit.entries({ limit: 9 });
    expect([first, second]).toMatchObject([
      { kind: "rule.overridden", details: { rule: "rul_1" } },
      { kind: "rule.overridden", details: { rule: "rul_2" } },
    ]);
  });

  test("closes and opens the gate once each, with their entries", async () => {
    const { store } = await open();
    const { rules, audit } = store.workspace("T1");
    const gate = { by: actor, reason: "the vendor migrates", at: noon };
    expect(await rules.closedGate()).toBeUndefined();
    await rules.closeGate(gate, gateEvent("gate.closed"));
    await expect(rules.closeGate(gate, gateEvent("gate.closed"))).rejects.toMatchObject({
      code: "nothing_to_change",
    });
    expect(await rules.closedGate()).toEqual(gate);
    expect(await store.workspace("T2").rules.closedGate()).toBeUndefined();
    await rules.openGate(gateEvent("gate.opened"));
    await expect(rules.openGate(gateEvent("gate.opened"))).rejects.toMatchObject({
      code: "nothing_to_change",
    });
    expect((await audit.entries({ limit: 9 })).map(({ kind }) => kind)).toEqual([
      "gate.opened",
      "gate.closed",
    ]);
  });
}
