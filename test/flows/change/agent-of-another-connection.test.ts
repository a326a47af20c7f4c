import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, opens, patchesSince, quiet } from "../../support/words.ts";

const words = "Concierge is at speechify demo; this number is at cartesia demo.";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia", "speechify"], logTo: quiet });
  omar = person(harness, "U0OPER001");
});
beforeEach(async () => {
  if (omar.view()) await omar.close();
});
afterAll(async () => harness.close());

// G15
it.each(["Concierge", "concierge"])("says for “%s” in a line where that agent is", async (agent) => {
  const line = `reassign Roadside to ${agent}`;
  const form = await opens(harness, omar, async () => omar.command(line), "*Now:*");
  expect(blockText(form)).toContain(words);
});

it("says so in the form, where the agent is looked for, and takes no such choice", async () => {
  const before = harness.vendors.cartesia.requests.length;
  await opens(harness, omar, async () => omar.command("reassign Roadside"), "*Now:*");
  const options = await omar.options("agent", "Concierge");
  expect(options.map(({ text }) => text)).toEqual([words]);
  for (const option of options) await omar.choose("agent", option);
  await formSays(harness, omar, "*Now:*");
  const { errors } = await omar.submit();
  expect(Object.values(errors ?? {})).toEqual([
    "Choose an agent of cartesia demo: an agent of another connection cannot answer this number.",
  ]);
  expect(patchesSince(harness.vendors.cartesia, before)).toEqual([]);
});

it("names the nearest agents where no connection has one of that name", async () => {
  const line = "reassign Roadside to Dispach";
  const form = await opens(harness, omar, async () => omar.command(line), "No agent is called");
  expect(blockText(form)).toContain("The nearest: *Dispatch*");
});
