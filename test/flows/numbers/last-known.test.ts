import { afterAll, beforeAll, expect, it } from "vitest";
import { startHouse, type House } from "../../../src/demo/harness.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";

const operator = "U0OPER001";
const channelId = "C0INCID01";

let house: House;
beforeAll(async () => {
  house = await startHouse({
    connected: ["cartesia", "dialnexa"],
    environment: { VENDOR_TIMEOUT_MS: "400" },
  });
  await person(house, operator).command("list roadside", { channelId });
  await toldAlone(house, operator, "Roadside");
  house.vendors.cartesia.fault({ kind: "status", status: 503 });
});
afterAll(async () => {
  await house.close();
});

it("shows what was last known, with its age and the way by hand, when a vendor does not answer", async () => {
  await person(house, operator).command("show Roadside", { channelId });
  const asked = await toldAlone(house, operator, "Cartesia");
  const text = textOf(await toldAlone(house, operator, "Last known"));
  expect(text).toContain("*Roadside assistance* answers");
  expect(text).toContain("By hand:");
  expect(text).toMatch(/<!date\^\d+/u);
  expect(asked).toBeDefined();
});

it("says so in the form too, and changes nothing", async () => {
  const omar = person(house, operator);
  await omar.command("reassign Roadside to Dispatch", { channelId });
  const form = await formSays(house, omar, "Last known");
  expect(textOf(form)).not.toContain("*After:*");
  expect(house.vendors.cartesia.requests.some(({ method }) => method === "PATCH")).toBe(false);
});
