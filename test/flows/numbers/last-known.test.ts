import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { incidents, operator } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    connected: ["cartesia", "dialnexa"],
    environment: { VENDOR_TIMEOUT_MS: "400" },
  });
  await person(harness, operator).command("list roadside", { channelId: incidents });
  await toldAlone(harness, operator, "Roadside");
  harness.vendors.cartesia.fault({ kind: "status", status: 503 });
});
afterAll(async () => {
  await harness.close();
});

it("shows the last known state with its age and manual steps if a vendor does not respond", async () => {
  await person(harness, operator).command("show Roadside", { channelId: incidents });
  const asked = await toldAlone(harness, operator, "Cartesia");
  const text = textOf(await toldAlone(harness, operator, "Last known"));
  expect(text).toContain("*Roadside assistance* answers");
  expect(text).toContain("By hand:");
  expect(text).toMatch(/<!date\^\d+/u);
  expect(asked).toBeDefined();
});

it("says so in the form too, and changes nothing", async () => {
  const omar = person(harness, operator);
  await omar.command("reassign Roadside to Dispatch", { channelId: incidents });
  const form = await formSays(harness, omar, "Last known");
  expect(textOf(form)).not.toContain("*After:*");
  expect(harness.vendors.cartesia.requests.some(({ method }) => method === "PATCH")).toBe(false);
});
