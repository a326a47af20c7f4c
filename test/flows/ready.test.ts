import { afterEach, beforeEach, expect, it } from "vitest";
import { startHouse, type House } from "../../src/demo/house.ts";
import { person } from "../support/screen.ts";

let house: House;
let aheadMs: number;
beforeEach(async () => {
  aheadMs = 0;
  house = await startHouse({
    connected: ["cartesia"],
    timeEveryMs: 20,
    now: () => new Date(Date.now() + aheadMs),
    environment: { LOG_LEVEL: "silent" },
  });
});
afterEach(async () => {
  await house.close();
});

const ready = async () => {
  const answer = await fetch(`${house.url()}/readyz`);
  return { status: answer.status, words: await answer.text() };
};

it("turns red while the clock is off, says by how much, and recovers when it is set right", async () => {
  expect(await ready()).toEqual({ status: 200, words: "ready\n" });
  aheadMs = 125_000;
  const red = await house.slack.eventually("a red light", async () => {
    const now = await ready();
    return now.status === 503 ? now : undefined;
  });
  expect(red.words).toMatch(/^the clock is off: 12[345] s ahead of the servers that were asked\n$/u);
  aheadMs = 0;
  await house.slack.eventually("a green light", async () => (await ready()).status === 200);
});

it("names a clock that is behind, also when nothing but a vendor answers", async () => {
  house.slack.fail("api.test", { status: 503 });
  aheadMs = -125_000;
  await person(house, "U0OPER001").command("list");
  const red = await house.slack.eventually("a red light", async () => {
    const now = await ready();
    return now.status === 503 ? now : undefined;
  });
  expect(red.words).toContain("s behind the servers");
});
