import { afterEach, expect, it } from "vitest";
import { startHouse, type House } from "../../../src/demo/harness.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";

const operator = "U0OPER001";
const channelId = "C0INCID01";
const hour = 3_600_000;

let house: House;
/** Waits until the copy that outlives the process has a number of that name: it is kept behind whoever asked. */
const isKept = async (name: string): Promise<void> => {
  const connection = house.connections.cartesia;
  if (!connection) throw new Error("Cartesia is connected");
  const { numbers } = house.ground.store.workspace("T0PATCH01").copies(connection);
  await house.slack.eventually(`a copy with ${name}`, async () =>
    (await numbers.read())?.items.some((number) => number.name === name),
  );
};
afterEach(async () => {
  await house.close();
});

it("answers at once from the lists of before a restart while the vendor is silent, and says how old they are", async () => {
  let aheadMs = 0;
  house = await startHouse({ connected: ["cartesia"], now: () => new Date(Date.now() + aheadMs) });
  const omar = person(house, operator);
  await omar.command("list roadside", { channelId });
  await toldAlone(house, operator, "Roadside");
  await isKept("Roadside");
  await house.stopApp();
  house.vendors.cartesia.fault({ kind: "hang" });
  aheadMs = 3 * hour;
  await house.startApp();
  await omar.command("reassign", { channelId });
  await house.slack.eventually("a form that asks for a number", () =>
    JSON.stringify(omar.view() ?? {}).includes('"action_id":"number"') ? true : undefined,
  );
  const [found] = await omar.options("number", "roadside");
  expect(found?.text).toContain("Roadside");
  expect(found?.description).toMatch(/^3 h ago · /u);
  await omar.command("list dispatch", { channelId });
  const list = textOf(await toldAlone(house, operator, "Dispatch"));
  expect(list).toMatch(/did not answer, its numbers are as of <!date\^\d+/u);
});

it("shows a change in the list without reading the list again, also after a restart", async () => {
  house = await startHouse({ connected: ["cartesia"] });
  const omar = person(house, operator);
  await omar.command("list roadside", { channelId });
  await toldAlone(house, operator, "Roadside");
  await omar.command("rename Roadside to Breakdown", { channelId });
  await house.slack.eventually("the number in the form", () =>
    JSON.stringify(omar.view() ?? {}).includes("After") ? true : undefined,
  );
  await omar.submit();
  await house.slack.eventually("the result", () =>
    house.slack.messages(channelId).some(({ text }) => text.includes("Breakdown")) ? true : undefined,
  );
  const reads = () =>
    house.vendors.cartesia.requests.filter(({ path }) => path.endsWith("/phone-numbers")).length;
  const before = reads();
  await isKept("Breakdown");
  await house.stopApp();
  await house.startApp();
  await omar.command("list breakdown", { channelId });
  expect(textOf(await toldAlone(house, operator, "Breakdown"))).toContain("Breakdown");
  expect(reads()).toBe(before);
});
