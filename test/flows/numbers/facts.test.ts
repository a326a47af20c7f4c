import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";
import { quiet } from "../../support/words.ts";

const marker = "hunter2-51d07be9c3";
const restaurant = "phone_01K4VX8D3N7T2QHMZ6R9YB00P4";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["speechify", "dialnexa"], logTo: quiet });
});
afterAll(async () => {
  await harness.close();
});

it("shows the facts of a number on its card alone", async () => {
  harness.vendors.speechify.changeNumber(restaurant, {
    auth_token: marker,
    trunk_id: `sip:u:${marker}@trunk`,
  });
  const omar = person(harness, "U0OPER001");
  await omar.command("show London office");
  const london = textOf(await toldAlone(harness, "U0OPER001", "London office"));
  expect(london).toContain("local · voice · GB · $1.15 a month · created ");
  await omar.command("show Restaurant");
  const card = textOf(await toldAlone(harness, "U0OPER001", "Restaurant"));
  expect(card).toMatch(/LiveKit · takes calls, makes calls · created .* · last updated /u);
  await omar.command("list restaurant");
  expect(textOf(await toldAlone(harness, "U0OPER001", "1 number"))).not.toContain("LiveKit");
  const everything = [harness.slack.calls, harness.slack.deliveries, await harness.audit()];
  expect(JSON.stringify(everything)).not.toContain(marker);
});
