import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { Fault } from "../../../src/sandbox/vendors/index.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { z } from "zod";
import { voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { blockText, buttonsOf, opens, patchesSince, quiet } from "../../support/words.ts";

// B2: a OneInbox number has an agent of its own, and may have an override that answers in its place.

const uuid = (end: number): string => `5f0c6b1e-3a52-4d7e-9c41-${String(end).padStart(12, "0")}`;
const [reception, appointments, holding, emergency] = [uuid(1), uuid(2), uuid(3), uuid(4)];
const afterHours = uuid(103);
const clinic = uuid(101);
const pharmacy = uuid(104);

const override = z.object({ agent_id: z.string().nullable() }).nullish();

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  const pause = async (): Promise<void> => undefined;
  harness = await startHarness({ connected: ["oneinbox"], logTo: quiet, driftEveryMs: 40, pause });
  omar = person(harness, "U0OPER001");
});
afterEach(async () => {
  await harness.close();
});

/** The number's own agent and its override's, at the vendor. */
function both(id = afterHours): unknown[] {
  const { agent_id: own, inbound_routing: routing } = harness.vendors.oneinbox.number(id) ?? {};
  return [own, override.parse(routing)?.agent_id];
}

const bodies = (): unknown[] => patchesSince(harness.vendors.oneinbox, 0).map(({ body }) => body);

async function submit(line: string, ready: string, end: string): Promise<string> {
  await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), ready);
  expect((await omar.submit()).errors).toBeUndefined();
  const said = blockText(await formSays(harness, omar, end));
  await omar.close();
  return said;
}

async function undo(end = "Undoes change"): Promise<string> {
  return submit("undo", "*After:*", end);
}

async function last(kind: AuditEntry["kind"]): Promise<AuditEntry | undefined> {
  return (await harness.audit()).findLast((entry) => entry.kind === kind);
}

const detach = async (): Promise<string> => submit("detach after hours", "*nobody*", "Couldn't detach");

describe("a reassign of a number whose override answers", () => {
  it("keeps the number's own agent, records both, and its undo restores both", async () => {
    const said = await submit("reassign after hours to appointments", "*After:*", "Reassigned by");
    expect(said).not.toContain("own agent");
    expect(await last("change.outcome")).toMatchObject({
      before: { agent: emergency, own_agent: reception },
      wanted: { agent: appointments },
      after: { agent: appointments, own_agent: reception },
    });
    await undo();
    expect(bodies()).toEqual([
      { inbound_routing: { agent_id: appointments } },
      { inbound_routing: { agent_id: emergency } },
    ]);
    expect(both()).toEqual([reception, emergency]);
  });

  it("is undone in both fields if an override was created since", async () => {
    await submit("reassign clinic main to appointments", "*After:*", "Reassigned by");
    const { changeId = "" } = (await last("change.outcome")) ?? {};
    const routing = { agent_id: appointments, fallback: null, voicemail_message: "Closed" };
    harness.vendors.oneinbox.changeNumber(clinic, { inbound_routing: routing });
    await submit(`undo ${changeId}`, "*After:*", "Undoes change");
    expect(bodies().at(-1)).toEqual({ agent_id: reception, inbound_routing: { agent_id: reception } });
    expect(both(clinic)).toEqual([reception, reception]);
  });
});

describe("a detach of a number whose override answers", () => {
  it.each<[string, Fault | undefined]>([
    ["is answered", undefined],
    ["is made and answered with 500", { kind: "apply-then-500" }],
    ["is made and answered with 400", { kind: "apply-then-500", status: 400 }],
    ["is made and never answered", { kind: "drop-after" }],
  ])("that %s is told by half, on record, and restored in both columns", async (_what, fault) => {
    if (fault) harness.vendors.oneinbox.fault(fault, { on: "write", times: 1 });
    const said = await detach();
    expect(said).toMatch(
      fault && "status" in fault
        ? /own agent: \*Reception\* → _empty_/u
        : /OneInbox cleared the number's own agent, but Emergency line still answers.*safe for callers/su,
    );
    expect(await last("change.outcome")).toMatchObject({
      outcome: "refused",
      before: { agent: emergency, own_agent: reception },
      wanted: { agent: null },
      after: { agent: emergency, own_agent: null },
    });
    const told = await toldInChannel(harness, voiceOps, "Couldn't detach");
    expect(buttonsOf(told)).toContain("Undo");
    expect(both()).toEqual([null, emergency]);
    const back = await undo();
    expect(back).toContain("The number's own agent: _empty_ → *Reception*");
    expect(bodies()).toEqual([
      { agent_id: null },
      { agent_id: reception, inbound_routing: { agent_id: emergency } },
    ]);
    expect(both()).toEqual([reception, emergency]);
    await omar.command("history after hours", { channelId: voiceOps });
    const history = await harness.slack.eventually(
      "the history",
      () => harness.slack.ephemerals("U0OPER001")[0],
    );
    expect(textOf(history)).toContain("own agent: *Reception* → _empty_");
  });

  it("that is ignored leaves nothing to restore", async () => {
    harness.vendors.oneinbox.fault({ kind: "null-agent", how: "ignored" });
    const said = await submit("detach after hours", "*nobody*", "Unknown whether");
    expect(said).toContain("the agent still answers");
    expect(said).not.toContain("also changed");
    expect(both()).toEqual([reception, emergency]);
  });

  it("that breaks later reads is settled once the number can be read again", async () => {
    harness.vendors.oneinbox.fault(
      { kind: "null-agent", how: "fails" },
      { on: ({ path }) => path.includes(afterHours) },
    );
    const said = await submit("detach after hours", "*nobody*", "Unknown whether");
    expect(said).toContain("could not be read afterwards");
    const { changeId = "" } = (await last("change.requested")) ?? {};
    await harness.stopApp();
    harness.vendors.oneinbox.clearFaults();
    await harness.startApp();
    await harness.slack.eventually("the outcome", async () => {
      const entry = await last("change.outcome");
      return entry?.outcome === "refused" && entry.changeId === changeId ? entry : undefined;
    });
    const told = await toldInChannel(harness, voiceOps, "still answers");
    expect(textOf(told)).toContain("cleared the number's own agent");
    expect(buttonsOf(told)).toContain("Undo");
    await undo();
    expect(both()).toEqual([reception, emergency]);
  });

  it("is restored by the revert of its incident", async () => {
    await omar.command("incident start INC-9", { channelId: voiceOps });
    await detach();
    await omar.command("incident revert", { channelId: voiceOps });
    const form = await formSays(harness, omar, "After hours");
    expect(textOf(form)).toContain("own agent: _empty_ → *Reception*");
    await omar.submit();
    await harness.slack.eventually("both agents", () => (both()[0] === reception ? true : undefined));
    expect(both()).toEqual([reception, emergency]);
  });
});

describe("the number's own agent, moved elsewhere under an override that stays,", () => {
  it("does not count as a change of the answering agent, and blocks no undo", async () => {
    await submit("reassign pharmacy to reception", "*After:*", "Reassigned by");
    await submit("reassign after hours to appointments", "*After:*", "Reassigned by");
    await harness.stopApp();
    harness.vendors.oneinbox.changeNumber(afterHours, { agent_id: holding });
    harness.vendors.oneinbox.changeNumber(pharmacy, { agent_id: holding });
    await harness.startApp();
    // The list is gone through in its order, and the pharmacy comes later.
    await harness.slack.eventually("the drift of another number", async () => last("drift.seen"));
    const drifts = (await harness.audit()).filter(({ kind }) => kind === "drift.seen");
    expect(drifts.map(({ number }) => number?.numberId)).toEqual([pharmacy]);
    await undo();
    expect(both()).toEqual([holding, emergency]);
  });
});

describe("an edit", () => {
  it("reports the override that it created, and its undo sends no null for it", async () => {
    await opens(
      harness,
      omar,
      async () => omar.command("edit clinic main", { channelId: voiceOps }),
      "Fallback agent",
    );
    await omar.choose("fallback", { text: "Holding message", value: holding });
    await omar.submit();
    const said = blockText(await formSays(harness, omar, "Edited by"));
    expect(said).toContain("OneInbox also changed this. Routing override: _empty_ → *Reception*");
    expect(said).toContain("no way to remove it");
    await omar.close();
    expect(await last("change.outcome")).toMatchObject({
      before: { override: null, agent: reception, own_agent: reception },
      after: { override: reception, agent: reception, own_agent: reception },
    });
    await undo();
    expect(bodies()).toEqual([
      { inbound_routing: { fallback: { agent_id: holding } } },
      { inbound_routing: { fallback: null } },
    ]);
    expect(both(clinic)).toEqual([reception, reception]);
  });

  it("that changes an agent reports that, and its undo restores it with the field", async () => {
    const { oneinbox } = harness.vendors;
    // Together with the update, so that it reads as the vendor's doing.
    const meanwhile = ({ method }: { method: string }): boolean => {
      if (method === "PATCH") oneinbox.changeNumber(afterHours, { agent_id: appointments });
      return false;
    };
    await opens(
      harness,
      omar,
      async () => omar.command("edit after hours", { channelId: voiceOps }),
      "Fallback agent",
    );
    await omar.choose("fallback", { text: "— none —", value: "none" });
    oneinbox.fault({ kind: "status", status: 500 }, { on: meanwhile });
    await omar.submit();
    const said = blockText(await formSays(harness, omar, "Edited by"));
    expect(said).toContain("also changed this. The number's own agent: *Reception* → *Appointments*");
    await omar.close();
    oneinbox.clearFaults();
    await undo();
    expect(bodies().at(-1)).toEqual({
      agent_id: reception,
      inbound_routing: { agent_id: emergency, fallback: { agent_id: holding } },
    });
    expect(both()).toEqual([reception, emergency]);
  });
});
