import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { blockText, opens, patchesSince, quiet } from "../../support/words.ts";

const [concierge, spanish, holding] = [
  "agent_4c1f0a9be27d5836",
  "agent_8e25d7b3f1609ac4",
  "agent_d30b96e8147fa25c",
];
const [beach, members, marina] = ["+13055550114", "+13055550127", "+17865550131"];
const both = [
  { agent_id: concierge, agent_version: "prod", weight: 0.7 },
  { agent_id: spanish, weight: 0.3 },
];
const bothText = agentsText([
  { id: concierge, version: "prod", share: 0.7 },
  { id: spanish, share: 0.3 },
]);
const bothShown = "*Concierge* (version prod) 70% + *Spanish concierge* 30%";

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["retell"], logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterEach(async () => {
  await harness.close();
});

const bodies = (): unknown[] => patchesSince(harness.vendors.retell, 0).map(({ body }) => body);
const open = async (line: string, ready: string): Promise<string> =>
  textOf(await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), ready));

async function submit(line: string, ready: string, end: string): Promise<string> {
  const form = await open(line, ready);
  expect((await omar.submit()).errors).toBeUndefined();
  await formSays(harness, omar, end);
  await omar.close();
  return form;
}

async function last(kind: AuditEntry["kind"]): Promise<AuditEntry | undefined> {
  return (await harness.audit()).findLast((entry) => entry.kind === kind);
}

describe("a number that two agents share", () => {
  it("says before a reassignment that it replaces them, and an undo writes the list back", async () => {
    const line = 'reassign "Beach house" to Holding message because the Spanish one hangs up';
    const form = await submit(line, "*After:*", "Reassigned by");
    expect(form).toContain(`*Now:* ${bothShown} answer.`);
    expect(form).toContain(`*After:* ${bothShown} → *Holding message*`);
    expect(form).toContain("*This replaces both agents* that share the calls.");
    const said = textOf(await toldInChannel(harness, voiceOps, "Reassigned by"));
    expect(said).toContain(`*Beach house* → *Holding message* (was ${bothShown})`);
    expect(bodies()).toEqual([{ inbound_agents: [{ agent_id: holding, weight: 1 }] }]);
    expect(await last("change.outcome")).toMatchObject({
      change: "reassign",
      before: { agent: bothText },
      wanted: { agent: holding },
      after: { agent: holding },
      labels: { [concierge]: "Concierge", [spanish]: "Spanish concierge", [holding]: "Holding message" },
      outcome: "applied",
    });
    const undo = await submit("undo", "*After:*", "Undoes change");
    expect(undo).toContain(bothShown);
    expect(bodies().at(-1)).toEqual({ inbound_agents: both });
    expect(harness.vendors.retell.number(beach)?.["inbound_agents"]).toEqual(both);
    expect(await last("change.outcome")).toMatchObject({ after: { agent: bothText }, outcome: "applied" });
  });

  it("keeps the version of an agent that stays, and says so", async () => {
    const form = await submit('reassign "Beach house" to Concierge', "*After:*", "Reassigned by");
    expect(form).toContain(`${bothShown} → *Concierge* (version prod)`);
    expect(bodies()).toEqual([{ inbound_agents: [{ ...both[0], weight: 1 }] }]);
  });

  it("is written back as it was by an undo of a detach", async () => {
    const form = await submit('detach "Beach house"', "*nobody*", "Detached by");
    expect(form).toContain(`${bothShown} → *nobody*`);
    expect(bodies()).toEqual([{ inbound_agents: null }]);
    await submit("undo", "*After:*", "Undoes change");
    expect(harness.vendors.retell.number(beach)?.["inbound_agents"]).toEqual(both);
  });

  it("is listed with both agents, and found by each", async () => {
    for (const word of ["concierge", "spanish", spanish]) {
      await omar.command(`list beach ${word}`);
      expect(textOf(await toldAlone(harness, "U0OPER001", `“beach ${word}”`))).toContain(
        `Beach house* → ${bothShown}`,
      );
    }
    await omar.command("show 0114");
    const card = textOf(await toldAlone(harness, "U0OPER001", "Never rerouted"));
    expect(card).toContain(`${bothShown} answer now.`);
    expect(card).toContain(`agents \`${concierge}\`, \`${spanish}\``);
  });
});

it("has nothing to change where the chosen agent answers alone in its version", async () => {
  await open("reassign Members desk to Concierge", "*After:*");
  expect((await omar.submit()).errors).toMatchObject({
    [`agent:${harness.connections.retell?.id}`]: "This agent already answers the number.",
  });
  expect(bodies()).toEqual([]);
  expect(harness.vendors.retell.effective(members).agentId).toBe(concierge);
});

it("warns that a webhook may choose another agent, on the card, in lists, at a reassignment and at a detach", async () => {
  const webhook = "the webhook at hooks.marina.example";
  await omar.command("list marina");
  expect(textOf(await toldAlone(harness, "U0OPER001", "1 number"))).toContain(
    `, unless ${webhook} chooses another`,
  );
  await omar.command("show marina");
  const card = textOf(await toldAlone(harness, "U0OPER001", "Never rerouted"));
  expect(card).toContain(`*Spanish concierge* answers, unless ${webhook} chooses another agent for a call.`);
  const reassign = await open("reassign marina to Concierge", "*After:*");
  expect(reassign).toContain(`*Afterwards, ${webhook}* can still choose another agent for a call.`);
  await omar.close();
  const detach = await open("detach marina", "*no agent*");
  expect(detach).toContain(`Afterwards, *${webhook}* alone decides who answers.`);
  expect(detach).not.toContain("*Callers will reach nobody*");
  const shown = JSON.stringify([
    blockText(omar.view()),
    harness.slack.ephemerals("U0OPER001"),
    await harness.audit(),
  ]);
  expect(shown).not.toContain("not-for-slack");
  expect(harness.vendors.retell.number(marina)?.["inbound_webhook_url"]).toContain("not-for-slack");
});

it("renames a number, clears its name with null, and edits and clears its fallback number", async () => {
  await submit('rename 0145 to "Spa"', "*After:*", "Renamed by");
  await submit('rename 0145 to ""', "*After:*", "Renamed by");
  await open("edit 0114", "Fallback number");
  await omar.fillByLabel("Fallback number", "+13055550188");
  expect((await omar.submit()).errors).toBeUndefined();
  await formSays(harness, omar, "Edited by");
  await omar.close();
  await open("edit 0114", "Fallback number");
  await omar.fillByLabel("Fallback number", "");
  expect((await omar.submit()).errors).toBeUndefined();
  await formSays(harness, omar, "Edited by");
  expect(bodies()).toEqual([
    { nickname: "Spa" },
    { nickname: null },
    { fallback_number: "+13055550188" },
    { fallback_number: null },
  ]);
});
