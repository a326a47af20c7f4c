import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";
import { quiet } from "../../support/words.ts";

let harness: Harness;
let aheadMs = 0;
beforeAll(async () => {
  harness = await startHarness({
    connected: ["speechify", "cartesia"],
    logTo: quiet,
    now: () => new Date(Date.now() + aheadMs),
  });
});
afterAll(async () => {
  await harness.close();
});

async function connections(words: string): Promise<string> {
  await person(harness, "U0ADMIN01").command("connections");
  return textOf(await toldAlone(harness, "U0ADMIN01", words));
}

it("shows which account has its vendor's newer API, even after a restart while the vendor is down", async () => {
  const { speechify } = harness.vendors;
  speechify.fault({ kind: "newer-generation" });
  const list = await connections("Healthy");
  expect(list).toContain("Speechify (newer API) · key");
  expect(list).toContain("Cartesia · key");
  const { inventory, connections: stored } = harness.infra.store.workspace("T0PATCH01");
  const connection = (await stored.list()).find(({ vendor }) => vendor === "speechify");
  await expect
    .poll(async () => connection && (await inventory(connection).numbers.read())?.items.length)
    .toBe(6);
  await harness.stopApp();
  aheadMs = 3 * 3_600_000;
  speechify.fault({ kind: "drop-before" });
  await harness.startApp();
  const later = await connections("Speechify closed the connection");
  expect(later).toContain("Speechify (newer API) · key");
});
