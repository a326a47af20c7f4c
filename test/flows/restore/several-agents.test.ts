import { expect, it, onTestFinished } from "vitest";
import { minute, voiceOps } from "../../support/fixtures.ts";
import { textOf, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness } from "../../support/timed.ts";
import { patchesSince } from "../../support/words.ts";
import { startIncidents } from "../incident/incident-harness.ts";

const beach = "+13055550114";
const both = [
  { agent_id: "agent_4c1f0a9be27d5836", agent_version: "prod", weight: 0.7 },
  { agent_id: "agent_8e25d7b3f1609ac4", weight: 0.3 },
];
const shown = "*Concierge* (version prod) 70% + *Spanish concierge* 30%";

it("writes several agents back as they were when a temporary change expires", async () => {
  const { harness, reassign, pass } = await startTemporaryChangeHarness({ connected: ["retell"] });
  onTestFinished(async () => harness.close());
  await reassign('reassign "Beach house" to Holding message for 30m');
  pass(25 * minute);
  const reminder = await toldInChannel(harness, voiceOps, "reverts automatically");
  expect(textOf(reminder)).toContain(`Then: *Holding message* → ${shown}`);
  pass(5 * minute);
  await toldInChannel(harness, voiceOps, "was restored");
  expect(patchesSince(harness.vendors.retell, 0).at(-1)?.body).toEqual({ inbound_agents: both });
  expect(harness.vendors.retell.number(beach)?.["inbound_agents"]).toEqual(both);
});

it("writes several agents back as they were when an incident is reverted", async () => {
  const { harness, omar, start, change, preview } = await startIncidents(undefined, {
    connected: ["retell"],
  });
  onTestFinished(async () => harness.close());
  await start();
  await change('reassign "Beach house" to Holding message');
  await change('detach "Beach house"');
  expect(await preview()).toContain(`*no agent* → ${shown}`);
  await omar.submit();
  await toldInChannel(harness, voiceOps, "Everything is back.");
  expect(patchesSince(harness.vendors.retell, 0).at(-1)?.body).toEqual({ inbound_agents: both });
  expect(harness.vendors.retell.number(beach)?.["inbound_agents"]).toEqual(both);
});
