import { afterEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { hour, incidents, operator } from "../../support/fixtures.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";

let harness: Harness;
/** Waits until the copy that outlives the process has a number of that name: it is kept behind the person who asked. */
const isKept = async (name: string): Promise<void> => {
  const connection = harness.connections.cartesia;
  if (!connection) throw new Error("Cartesia is connected");
  const { numbers } = harness.infra.store.workspace("T0PATCH01").inventory(connection);
  await harness.slack.eventually(`a copy with ${name}`, async () =>
    (await numbers.read())?.items.some((number) => number.name === name),
  );
};
afterEach(async () => {
  await harness.close();
});

it("responds at once from the lists stored before a restart while the vendor is silent, and shows their age", async () => {
  let aheadMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    patientMs: 300,
    now: () => new Date(Date.now() + aheadMs),
  });
  const omar = person(harness, operator);
  await omar.command("list roadside", { channelId: incidents });
  await toldAlone(harness, operator, "Roadside");
  await isKept("Roadside");
  await harness.stopApp();
  harness.vendors.cartesia.fault({ kind: "hang" });
  aheadMs = 3 * hour;
  await harness.startApp();
  await omar.command("reassign", { channelId: incidents });
  await harness.slack.eventually("a form that asks for a number", () =>
    JSON.stringify(omar.view() ?? {}).includes('"action_id":"number"') ? true : undefined,
  );
  const [found] = await omar.options("number", "roadside");
  expect(found?.text).toContain("Roadside");
  expect(found?.description).toMatch(/^3 h ago · /u);
  await omar.command("list dispatch", { channelId: incidents });
  const list = textOf(await toldAlone(harness, operator, "Dispatch"));
  expect(list).toMatch(/did not answer, its numbers are as of <!date\^\d+/u);
});

it("shows a change in the list without reading the list again, even after a restart", async () => {
  harness = await startHarness({ connected: ["cartesia"] });
  const omar = person(harness, operator);
  await omar.command("list roadside", { channelId: incidents });
  await toldAlone(harness, operator, "Roadside");
  await omar.command("rename Roadside to Breakdown", { channelId: incidents });
  await harness.slack.eventually("the number in the form", () =>
    JSON.stringify(omar.view() ?? {}).includes("After") ? true : undefined,
  );
  await omar.submit();
  await harness.slack.eventually("the result", () =>
    harness.slack.messages(incidents).some(({ text }) => text.includes("Breakdown")) ? true : undefined,
  );
  const reads = () =>
    harness.vendors.cartesia.requests.filter(({ path }) => path.endsWith("/phone-numbers")).length;
  const before = reads();
  await isKept("Breakdown");
  await harness.stopApp();
  await harness.startApp();
  await omar.command("list breakdown", { channelId: incidents });
  expect(textOf(await toldAlone(harness, operator, "Breakdown"))).toContain("Breakdown");
  expect(reads()).toBe(before);
});
