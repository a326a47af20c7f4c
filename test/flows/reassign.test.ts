import { afterEach, expect, it } from "vitest";
import { startHouse, type House } from "../../src/demo/house.ts";

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

it("reassigns a number from one line", async () => {
  house = await startHouse({ connected: ["cartesia"] });
  const { slack, vendors } = house;
  console.log(vendors.cartesia.number("x"), (await house.ground.store.workspace("T0PATCH01").vault.list()));
  const omar = slack.as("T0PATCH01", "U0OPER001");
  const acked = await omar.command("list", { channelId: "C0INCID01" });
  console.log(acked);
  await slack.eventually("list", () => slack.ephemerals("U0OPER001").at(-1));
  console.log(JSON.stringify(slack.ephemerals("U0OPER001"), null, 1));
  expect(1).toBe(1);
});
