import { afterEach, beforeEach, expect, it } from "vitest";
import { startHouse, type House } from "../../src/demo/house.ts";
import { openFile } from "../../src/sqlite/driver.ts";
import { formSays, person, textOf, toldInChannel } from "../support/screen.ts";
import { opens, quiet } from "../support/words.ts";

const operator = "U0OPER001";
const channelId = "C0VOICE01";

let house: House;
beforeEach(async () => {
  house = await startHouse({ connected: ["cartesia"], logTo: quiet });
});
afterEach(async () => {
  await house.close();
});

function sql(statement: string): void {
  const stranger = openFile(house.settings.databasePath);
  stranger.exec(statement);
  stranger.close();
}

it("says of a revert that cannot be written down half way that it has begun, and goes on with it", async () => {
  const omar = person(house, operator);
  await omar.command("incident start INC-1", { channelId });
  await toldInChannel(house, channelId, "was started");
  const change = "reassign Roadside to Dispatch";
  await opens(house, omar, async () => omar.command(change, { channelId }), "*After:*");
  await omar.submit();
  await toldInChannel(house, channelId, "was reassigned");
  await opens(house, omar, async () => omar.command("incident revert", { channelId }), "will be put back");
  sql(`CREATE TRIGGER full BEFORE UPDATE OF result ON revert_steps
    BEGIN SELECT RAISE(ABORT, 'no room'); END`);
  await omar.submit();
  const form = textOf(await formSays(house, omar, "has begun"));
  expect(house.vendors.cartesia.effective("pn_B6d1Vz5H").agentId).toBe("agent_5kR9wXd8");
  expect(form).not.toContain("Nothing was changed");
  expect(form).toContain("/number incident INC-1");
  sql("DROP TRIGGER full");
  await house.stopApp();
  await house.startApp();
  await toldInChannel(house, channelId, "1 of 1 change put back");
});
