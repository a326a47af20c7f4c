import { expect, it } from "vitest";
import type { Change } from "../../../src/domain/numbers/change.ts";
import { until } from "../../support/until.ts";
import { problemOf } from "../opened.ts";
import { named, spoiledUpdates } from "../faulty-answers.ts";
import { patientMs, type ContractStage } from "./stage.ts";

/** What every adapter guarantees for changes, and for updates that go wrong. */
export function changesContract(at: ContractStage): void {
  const { contract, first, front, night, open, updates, send } = at;
  const { vendor, agentId, bodies } = contract;

  it("reassigns with only the agent", async () => {
    const answer = await send({ kind: "reassign", agentId: night, agentName: "Agent 2" });
    expect(updates().map((request) => request.body)).toEqual([bodies.reassign(night)]);
    expect(answer.number?.agent?.id).toBe(night);
    expect(at.sandbox.effective(first)).toEqual({ agentId: night, name: "Number 1" });
  });

  it("detaches with only the agent", async () => {
    const answer = await send({ kind: "detach" });
    expect(updates().map((request) => request.body)).toEqual([bodies.detach]);
    expect(answer.number?.agent).toBeNull();
    expect(at.sandbox.effective(first)).toEqual({ agentId: null, name: "Number 1" });
  });

  it("renames with only the name", async () => {
    const answer = await send({ kind: "rename", name: "Nachtdienst ☎️" });
    expect(updates().map((request) => request.body)).toEqual([bodies.rename("Nachtdienst ☎️")]);
    expect(answer.number?.name).toBe("Nachtdienst ☎️");
    expect(at.sandbox.effective(first)).toEqual({ agentId: front, name: "Nachtdienst ☎️" });
  });

  it("clears a name as the vendor requires, or refuses before sending", async () => {
    const { clear } = bodies;
    const clearings = [null, ""].map(async (name) => {
      const clearing = send({ kind: "rename", name });
      return clear ? (await clearing).number?.name : (await problemOf(clearing)).code;
    });
    const expected = clear ? null : "unsupported";
    expect(await Promise.all(clearings)).toEqual([expected, expected]);
    expect(updates().map((request) => request.body)).toEqual(clear ? [clear, clear] : []);
    expect(vendor.capabilities.name.clearable).toBe(bodies.clear !== undefined);
  });

  it("edits each field that it offers, and only that field", async () => {
    for (const { fields, body } of bodies.edits) {
      const answer = await send({ kind: "edit", fields });
      expect(updates().at(-1)?.body).toEqual(body);
      expect(answer.number?.fields).toMatchObject(fields);
    }
    const edited = new Set(bodies.edits.flatMap(({ fields }) => Object.keys(fields)));
    expect([...edited].toSorted()).toEqual(vendor.capabilities.fields.map((field) => field.id).toSorted());
  });

  it("refuses before sending what is too long, must not be empty, or is not offered", async () => {
    const number = await at.account.getNumber(first);
    const code = async (change: Change) =>
      (await problemOf((async () => at.account.buildPatch(number, change))())).code;
    const { maxLength: longest } = vendor.capabilities.name;
    expect(await code({ kind: "rename", name: "x".repeat(longest + 1) })).toBe("invalid_input");
    const name = "☎️".repeat(Math.floor(longest / 2));
    expect(at.account.buildPatch(number, { kind: "rename", name })).toBeDefined();
    expect(await code({ kind: "reassign", agentId: "" })).toBe("invalid_input");
    expect(await code({ kind: "edit", fields: {} })).toBe("invalid_input");
    expect(await code({ kind: "edit", fields: { nothing: "x" } })).toBe("unsupported");
    for (const { id, maxLength, clearable } of vendor.capabilities.fields) {
      const long = "x".repeat(maxLength + 1);
      expect(await code({ kind: "edit", fields: { [id]: long } })).toBe("invalid_input");
      const emptied = clearable ? undefined : await code({ kind: "edit", fields: { [id]: null } });
      expect(emptied).toBe(clearable ? undefined : "unsupported");
    }
    const blocked = { ...number, unbindable: "it is for calling out" };
    const reassign: Change = { kind: "reassign", agentId: night };
    expect((await problemOf((async () => at.account.buildPatch(blocked, reassign))())).code).toBe(
      "unsupported",
    );
  });

  it("reports an update that the vendor accepted and ignored", async () => {
    const body = at.account.buildPatch(await at.account.getNumber(first), {
      kind: "reassign",
      agentId: night,
    });
    at.sandbox.fault({ kind: "ignore" }, { on: "write" });
    expect((await at.account.patch(first, body)).number?.agent?.id).toBe(front);
  });

  it("quotes the vendor when it refuses an unknown agent", async () => {
    const problem = await problemOf(send({ kind: "reassign", agentId: agentId(9999) }));
    expect(problem.code).toBe("vendor_refused");
    expect(problem.message).toMatch(/agent|assistant/i);
    expect(updates()).toHaveLength(1);
  });

  it.each(named(spoiledUpdates))("sends an update that meets $what once, and says $code", async (spoiled) => {
    const { fault, code, applied, slow } = spoiled;
    at.sandbox.fault(fault, { on: "write" });
    const problem = await problemOf(send({ kind: "reassign", agentId: night }, open(slow ? 400 : patientMs)));
    expect(problem.code).toBe(code);
    // On a busy machine, the time limit may pass before the fake reads what was sent.
    const answers = (): string | null | undefined => at.sandbox.effective(first).agentId;
    await until("an update", () => updates().length > 0 && (!applied || answers() === night));
    expect(updates()).toHaveLength(1);
    expect(answers()).toBe(applied ? night : front);
  });

  it("says that nothing was sent if no server listens", async () => {
    const number = await at.account.getNumber(first);
    await at.sandbox.close();
    const body = at.account.buildPatch(number, { kind: "detach" });
    expect((await problemOf(open(patientMs).patch(first, body))).code).toBe("vendor_unavailable");
    expect((await problemOf(open(patientMs).listAgents())).code).toBe("vendor_unavailable");
  });
}
