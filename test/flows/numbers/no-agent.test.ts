import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";
import { opens, quiet } from "../../support/words.ts";

const spa = "phone_01K4VX8D3N7T2QHMZ6R9YB00P3";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["speechify"], logTo: quiet });
  harness.vendors.speechify.changeNumber(spa, { agent_id: null, relay: { id: "relay_1" } });
});
afterAll(async () => {
  await harness.close();
});

it("names what answers in place of an agent on the card, in lists and in the form", async () => {
  const omar = person(harness, "U0OPER001");
  await omar.command("show Spa");
  const card = textOf(await toldAlone(harness, "U0OPER001", "answers now"));
  expect(card).toContain("a relay (no agent) answers now.");
  expect(card).not.toMatch(/does not say|Nobody/u);
  await omar.command("list spa");
  expect(textOf(await toldAlone(harness, "U0OPER001", "1 number"))).toContain("Spa → a relay (no agent)");
  await omar.command("list relay");
  expect(textOf(await toldAlone(harness, "U0OPER001", "“relay”"))).toContain("Spa → a relay (no agent)");
  const form = await opens(harness, omar, async () => omar.command("reassign Spa"), "*Now:*");
  expect(textOf(form)).toContain("*a relay* (no agent) answers.");
});
