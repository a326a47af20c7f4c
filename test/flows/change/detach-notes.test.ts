import { afterAll, beforeAll, expect, it } from "vitest";
import { startHouse, type House } from "../../../src/demo/harness.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";

const note = "which a detach does not clear";

let house: House;
beforeAll(async () => {
  house = await startHouse({ connected: ["oneinbox"] });
});
afterAll(async () => {
  await house.close();
});

async function form(line: string) {
  const omar = person(house, "U0OPER001");
  return opens(house, omar, async () => omar.command(line), "*Now:*");
}

it("says before a detach that the vendor will most likely keep the agent of an override", async () => {
  expect(textOf(await form('detach "After hours"'))).toContain(note);
  await person(house, "U0OPER001").submit();
  const told = textOf(await formSays(house, person(house, "U0OPER001"), "the agent still answers"));
  expect(told).toContain("safe for callers");
});

it("says nothing of it where there is no override, or where the agent is replaced", async () => {
  expect(textOf(await form("detach Clinic main"))).not.toContain(note);
  expect(textOf(await form('reassign "After hours"'))).not.toContain(note);
});
