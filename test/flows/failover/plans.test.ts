import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { opens } from "../../support/words.ts";

let harness: Harness;
let ada: SlackPerson;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  ada = person(harness, admin);
  omar = person(harness, operator);
});
afterEach(async () => {
  await harness.close();
});

const plans = () => harness.infra.store.workspace("T0PATCH01").plans;

async function fillPlan(slug = "dispatch-down"): Promise<void> {
  const connectionId = harness.connections.cartesia?.id ?? "";
  await opens(harness, ada, async () => ada.command("failover new", { channelId: voiceOps }), "*Numbers.*");
  await ada.fill("slug", slug);
  await ada.fill("title", "Dispatch cannot speak");
  await ada.choose("connection", { text: "cartesia demo", value: connectionId });
  await ada.fill("answered_by", "Dispatch");
  await ada.fill("to", "Holding message");
  const after = { text: "Wait for a first call, then ask", value: "first_call_ask" };
  await ada.choose("after_first", after);
}

describe("a failover plan", () => {
  it("is made in a form from the numbers that an agent answers, and listed", async () => {
    await fillPlan("because");
    await ada.submit();
    await formSays(harness, ada, "“because” is a word of the failover commands");
    await ada.fill("slug", "dispatch-down");
    await ada.fill("runbook", "http://wiki.example.com/dispatch");
    await ada.submit();
    await formSays(harness, ada, "runbook: Write an address that begins with https://");
    await ada.fill("runbook", "https://wiki.example.com/dispatch");
    await ada.submit();
    await formSays(harness, ada, "is saved as revision 1, with 2 numbers");
    expect((await plans().get("dispatch-down")).plan).toMatchObject({
      tiers: [
        {
          name: "canary",
          askBeforeNext: true,
          awaitsFirstCall: true,
          members: [{ numberId: "ap_M4x8Kp2R" }],
        },
        { name: "rest", members: [{ change: { kind: "reassign", agentId: "agent_2mB6tYf1" } }] },
      ],
    });
    await onRecord(harness, { kind: "plan.saved", userId: admin });
    await omar.command("failover", { channelId: voiceOps });
    const list = textOf(await toldAlone(harness, operator, "Dispatch cannot speak"));
    expect(list).toContain(
      "2 numbers. 1 number first (canary), then it waits for a first call and asks you; then the other 1 (rest)",
    );
    expect(list).not.toContain("Not in the plan");
    const link = "Runbook: <https://wiki.example.com/dispatch|wiki.example.com>";
    expect(list).toContain(link);
    await opens(
      harness,
      omar,
      async () => omar.command("failover dispatch-down because silence", { channelId: voiceOps }),
      link,
    );
  });

  it("is still found under a name that is a word of the command, in quotes", async () => {
    await silentPlan(harness, [[roadside]], { slug: "because", title: "Agents are mute" });
    await omar.command("failover", { channelId: voiceOps });
    const list = textOf(await toldAlone(harness, operator, "Agents are mute"));
    expect(list).toContain('Write it in quotes: `/number failover "because"`');
    const commands = ['failover "because" for 2h because silence', "failover “because” practice"];
    for (const command of commands) {
      const preview = async () => omar.command(command, { channelId: voiceOps });
      await opens(harness, omar, preview, "1 will be switched");
      await omar.close();
    }
    await omar.command('failover "because" drill', { channelId: voiceOps });
    await onRecord(harness, { kind: "failover.drilled" });
    await opens(
      harness,
      ada,
      async () => ada.command('failover edit "because"', { channelId: voiceOps }),
      "*Add numbers*",
    );
    await ada.submit();
    await formSays(harness, ada, "is saved as revision 2");
  });

  it("never takes in later numbers, and says how many its list lacks", async () => {
    await fillPlan();
    await ada.submit();
    await formSays(harness, ada, "is saved");
    await ada.close();
    harness.vendors.cartesia.changeNumber("pn_B6d1Vz5H", { agent: { id: "agent_7hN4pZc2" } });
    await omar.command("list", { channelId: voiceOps });
    await toldAlone(harness, operator, "Roadside");
    await omar.command("show Roadside", { channelId: voiceOps });
    await toldAlone(harness, operator, "Dispatch");
    await omar.command("failover", { channelId: voiceOps });
    expect(textOf(await toldAlone(harness, operator, "Not in the plan"))).toContain("*Not in the plan:* 1.");
    expect((await plans().get("dispatch-down")).plan.tiers.flatMap(({ members }) => members)).toHaveLength(2);
  });

  it("keeps what was typed when an agent is unknown", async () => {
    await fillPlan();
    await ada.fill("to", "Nobody at all");
    await ada.submit();
    const view = await formSays(harness, ada, "No agent of this connection is called “Nobody at all”");
    expect(JSON.stringify(view)).toContain("Dispatch cannot speak");
    expect(await plans().list()).toEqual([]);
  });

  it("is edited over the revision that the person saw, and loses numbers that are named", async () => {
    await fillPlan();
    await ada.submit();
    await formSays(harness, ada, "is saved");
    await ada.close();
    const edit = async () => ada.command("failover edit dispatch-down", { channelId: voiceOps });
    await opens(harness, ada, edit, "*Add numbers*");
    await ada.fill("title", "Dispatch is silent");
    await ada.fill("remove", "Dispatch north");
    await ada.submit();
    // Nothing follows the only number that is left.
    await formSays(harness, ada, "none waits for a first call");
    await ada.choose("after_first", { text: "Ask before it goes on", value: "ask" });
    await ada.submit();
    await formSays(harness, ada, "is saved as revision 2, with 1 number");
    expect((await plans().get("dispatch-down")).plan).toMatchObject({
      title: "Dispatch is silent",
      tiers: [{ name: "rest" }],
    });
    await ada.close();
    await opens(harness, ada, edit, "*Add numbers*");
    const { plan } = await plans().get("dispatch-down");
    await plans().save(plan, { actor: { kind: "cli", osUser: "ops" }, requestId: "req_ops" });
    await ada.submit();
    await formSays(harness, ada, "Someone changed the plan dispatch-down meanwhile");
    expect((await plans().get("dispatch-down")).revision).toBe(3);
  });

  it("keeps the user group that owns it, until the form names a person", async () => {
    await silentPlan(harness, [[roadside]], { owner: "S0VOICEOPS" });
    const edit = async () => ada.command("failover edit silent", { channelId: voiceOps });
    await opens(harness, ada, edit, "*Add numbers*");
    await ada.submit();
    await formSays(harness, ada, "is saved as revision 2");
    expect((await plans().get("silent")).plan.owner).toBe("S0VOICEOPS");
  });

  it("keeps what was typed when there is a plan of that name already", async () => {
    await silentPlan(harness, [[roadside]]);
    await fillPlan("silent");
    await ada.submit();
    const view = await formSays(harness, ada, "There is a failover plan silent already");
    expect(JSON.stringify(view)).toContain("Dispatch cannot speak");
    expect((await plans().get("silent")).revision).toBe(1);
  });

  it("is removed after a question, and operators may only look", async () => {
    await fillPlan();
    await ada.submit();
    await formSays(harness, ada, "is saved");
    await omar.command("failover edit dispatch-down", { channelId: voiceOps });
    await formSays(harness, omar, "that is for admins");
    await ada.command("failover remove dispatch-down", { channelId: voiceOps });
    const question = await toldAlone(harness, admin, "Its numbers stay as they are");
    await ada.click("plan:removed", { in: question });
    await onRecord(harness, { kind: "plan.removed", userId: admin });
    expect(await plans().list()).toEqual([]);
  });
});

it("says in the form of a plan that there is no connection yet", async () => {
  const empty = await startHarness({ connected: [], environment: { LOG_LEVEL: "silent" } });
  try {
    const who = person(empty, admin);
    await who.command("failover new", { channelId: voiceOps });
    const view = await formSays(empty, who, "There is no connection yet");
    expect(textOf(view)).toContain("Nothing was changed.");
  } finally {
    await empty.close();
  }
});
