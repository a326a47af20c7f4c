import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { incidents, operator, uuid } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { blockText, buttonsOf, opens, patchesSince, quiet } from "../../support/words.ts";
import { openSettings, savedSettings, showTopic } from "../installation/settings-topics.ts";

const offer = "Reassign to Holding message";

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["oneinbox"], logTo: quiet });
  omar = person(harness, operator);
});
afterEach(async () => harness.close());

/** Lets an admin name the holding agent in the settings. */
async function nameHoldingAgent(name: string): Promise<void> {
  const ada = person(harness, "U0ADMIN01");
  await openSettings(harness, ada);
  await showTopic(harness, ada, "holding");
  await ada.fill("holding_agent", name);
  await ada.submit();
  await formSays(harness, ada, "The settings are saved");
  expect(await savedSettings(harness)).toMatchObject({ holdingAgent: name });
}

const openDetach = async (line: string) =>
  opens(harness, omar, async () => omar.command(`detach ${line}`, { channelId: incidents }), "*Now:*");

it("offers the holding agent before a detach, and reassigns to it with what was typed", async () => {
  await nameHoldingAgent("holding MESSAGE");
  const before = harness.vendors.oneinbox.requests.length;
  const form = await openDetach('"After hours" for 30m because it hangs up');
  expect(blockText(form)).toContain("which a detach does not clear");
  expect(buttonsOf(form)).toContain(offer);
  await omar.click("instead");
  await formSays(harness, omar, "→ *Holding message*");
  expect(JSON.stringify(omar.view())).toContain('"initial_value":"it hangs up"');
  expect(patchesSince(harness.vendors.oneinbox, before)).toEqual([]);
  await omar.submit();
  await formSays(harness, omar, "Reassigned by");
  expect(blockText(await toldInChannel(harness, incidents, "Reassigned by"))).toContain("Holding message");
  expect(patchesSince(harness.vendors.oneinbox, before)).toMatchObject([
    { body: { inbound_routing: { agent_id: uuid(3) } }, applied: true },
  ]);
  expect((await harness.audit()).slice(-2)).toMatchObject([
    { kind: "change.requested", change: "reassign", wanted: { agent: uuid(3) }, reason: "it hangs up" },
    { kind: "change.outcome", outcome: "applied", details: { until: expect.any(String) } },
  ]);
});

it("lets the person choose an agent instead where the settings name none, and keeps a chosen time", async () => {
  const form = await openDetach("Clinic main");
  expect(buttonsOf(form)).toContain("Reassign instead");
  const at = Math.floor(Date.now() / 1000) + 7200;
  await omar.choose("ends", { text: "", value: "choose" });
  await formSays(harness, omar, "Revert at");
  await omar.fill("ends_at", String(at));
  await formSays(harness, omar, "*Reverts*");
  await omar.click("instead");
  const shown = JSON.stringify(await formSays(harness, omar, "An agent of"));
  expect(shown).toContain(`at:${new Date(at * 1000).toISOString()}`);
  expect(shown).not.toContain("*After:*");
});

it("offers no reassignment of a number that only makes calls", async () => {
  await harness.connect("elevenlabs");
  harness.vendors.elevenlabs.changeNumber("phnum_8101k3north2vxq", { supports_inbound: false });
  expect(buttonsOf(await openDetach('"Outages north"')).join()).not.toContain("Reassign");
  expect(buttonsOf(await openDetach('"Outages south"'))).toContain("Reassign instead");
});

it("does not offer an agent that answers already or cannot be found", async () => {
  await nameHoldingAgent("Holding message");
  harness.vendors.oneinbox.changeNumber(uuid(101), { agent_id: uuid(3) });
  expect(buttonsOf(await openDetach("Clinic main"))).not.toContain(offer);
  await nameHoldingAgent("Music on hold");
  expect(buttonsOf(await openDetach('"After hours"'))).toContain("Reassign instead");
});
