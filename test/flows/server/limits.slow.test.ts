import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { perMinute } from "../../../src/slack/context/rate-limits.ts";
import { alpha, bravo } from "../../support/neighbours.ts";
import { formSays, person, toldAlone } from "../../support/screen.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    workspaces: [alpha, bravo],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
});
afterAll(async () => {
  await harness.close();
});

it("limits a person's requests per minute, says when to continue, and does not affect others", async () => {
  const omar = person(harness, "U0OPER001");
  for (let sent = 0; sent < perMinute.request.person; sent += 1) await omar.command("freeze");
  await omar.command("list");
  const told = await toldAlone(harness, "U0OPER001", "180 requests within a minute");
  expect(told.text).toMatch(/Nothing was changed\. Wait \d+ s and try again\./u);
  await person(harness, "U0ADMIN01").command("list");
  await toldAlone(harness, "U0ADMIN01", "numbers");
  await harness.slack.as(bravo.teamId, "U0BRAVO01").command("list");
  await toldAlone(harness, "U0BRAVO01", "No vendor account is connected yet");
});

it("tests no key beyond that limit, and stores none", async () => {
  const ada = person(harness, "U0ADMIN01");
  const tries = (): number => harness.vendors.cartesia.requests.length;
  for (let sent = 0; sent <= perMinute.connect.person; sent += 1) {
    await ada.command("connect");
    await formSays(harness, ada, "Vendor");
    await ada.choose("vendor", { text: "Cartesia", value: "cartesia" });
    await formSays(harness, ada, "API key");
    await ada.fill("name", `try ${sent}`);
    await ada.fill("api_key", "sk_car_guessed");
    const before = tries();
    await ada.submit();
    if (sent < perMinute.connect.person) {
      await formSays(harness, ada, "The key was not saved");
      expect(tries()).toBe(before + 1);
      await ada.close();
    } else {
      await formSays(harness, ada, "20 tries of a key within a minute");
      expect(tries()).toBe(before);
    }
  }
});
