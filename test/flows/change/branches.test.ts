import { afterEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";
import { fastClock } from "../../support/clocks.ts";
import { incidents, operator } from "../../support/fixtures.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, quiet } from "../../support/words.ts";

const south = "phnum_8102k3south9mzt";
const storm = "agent_3401k7storm8x2m";
const meter = "agent_7702k4meter5q9v";
const branch = "agtbrch_6201k9winter";
const winter = agentsText([{ id: storm, version: branch, share: 1 }]);

let harness: Harness;
afterEach(async () => {
  await harness.close();
});

async function started() {
  harness = await startHarness({ connected: ["elevenlabs"], logTo: quiet, ...fastClock(20).options });
  const omar = person(harness, operator);
  const sandbox = harness.vendors.elevenlabs;
  return {
    omar,
    sandbox,
    bodies: () => sandbox.requests.filter(({ method }) => method === "PATCH").map(({ body }) => body),
    reassign: async () => {
      await omar.command("reassign Outages south to Meter desk because it rains", { channelId: incidents });
      const form = blockText(await formSays(harness, omar, "*After:*"));
      await omar.submit();
      return form;
    },
  };
}

it("reassigns a number away from an agent in a branch, and an undo restores the branch", async () => {
  const { omar, sandbox, bodies, reassign } = await started();
  const form = await reassign();
  expect(form).toContain(`*Storm desk* (branch ${branch}) → *Meter desk*`);
  await formSays(harness, omar, "confirmed by ElevenLabs");
  expect(bodies()).toEqual([{ agent_id: meter, branch_id: null }]);
  expect(sandbox.effective(south).agentId).toBe(meter);
  const [requested, outcome] = (await harness.audit()).slice(-2);
  expect(requested).toMatchObject({
    kind: "change.requested",
    before: { agent: winter },
    wanted: { agent: meter },
    reason: "it rains",
  });
  expect(outcome).toMatchObject({ outcome: "applied", after: { agent: meter } });

  await omar.click("undo");
  await formSays(harness, omar, "*After:*");
  await omar.submit();
  await formSays(harness, omar, "Undoes change");
  expect(bodies().slice(1)).toEqual([{ agent_id: storm, branch_id: branch }]);
  expect(sandbox.number(south)).toMatchObject({ assigned_agent: { agent_id: storm, branch_id: branch } });
  expect((await harness.audit()).at(-1)).toMatchObject({ outcome: "applied", after: { agent: winter } });
});

it("does not call a change applied that left the branch of the agent before", async () => {
  const { omar, sandbox, reassign } = await started();
  sandbox.fault({ kind: "null-agent", how: "ignored" });
  await reassign();
  await formSays(harness, omar, "does not show it yet");
  expect((await harness.audit()).at(-1)).toMatchObject({ kind: "change.outcome", outcome: "unknown" });
  expect(sandbox.effective(south).agentId).toBeNull();
});

it("keeps the branch of an agent whose number is detached and given back", async () => {
  const { omar, sandbox, bodies } = await started();
  await omar.command("detach Outages south", { channelId: incidents });
  await formSays(harness, omar, "*After:*");
  await omar.submit();
  await formSays(harness, omar, "Detached by");
  await omar.click("undo");
  await formSays(harness, omar, "*After:*");
  await omar.submit();
  await formSays(harness, omar, "Undoes change");
  expect(bodies()).toEqual([{ agent_id: null }, { agent_id: storm, branch_id: branch }]);
  expect(sandbox.effective(south).agentId).toBe(storm);
});
