import { afterEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { opens, patchesSince, quiet } from "../../support/words.ts";

let harness: Harness;
afterEach(async () => {
  await harness.close();
});

const start = async (vendor: VendorId): Promise<void> => {
  harness = await startHarness({ connected: [vendor], logTo: quiet, pause: async () => undefined });
};

const submit = async (line: string, ready: string, fill?: readonly [string, string]): Promise<void> => {
  const omar = person(harness, operator);
  await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), ready);
  if (fill) await omar.fillByLabel(...fill);
  await omar.submit();
};

const outcomes = async (): Promise<unknown[]> =>
  (await harness.audit()).filter(({ kind }) => kind === "change.outcome").map(({ outcome }) => outcome);

// B3
it("reports an unknown outcome once, and stops checking, if the vendor never shows the change", async () => {
  await start("dialnexa");
  await submit("edit London office", "*Now:*", ["Label", "CC-9"]);
  const told = await toldInChannel(harness, voiceOps, "Unknown whether");
  expect(textOf(told)).toContain("the vendor does not show this field of this number");
  expect(textOf(told)).toContain("Look at it in the vendor's dashboard");
  const { audit } = harness.infra.store.workspace("T0PATCH01");
  expect(await audit.unsettled()).toEqual([]);
  await harness.stopApp();
  const before = harness.vendors.dialnexa.requests.length;
  await harness.startApp();
  await person(harness, operator).command("status", { channelId: voiceOps });
  await toldAlone(harness, operator, "All clear");
  const looked = harness.vendors.dialnexa.requests.slice(before).filter(({ path }) => path.includes("phn_"));
  expect(looked).toEqual([]);
  expect(await outcomes()).toEqual(["unknown"]);
  expect(patchesSince(harness.vendors.dialnexa, 0)).toHaveLength(1);
});

// B11
it("shows the actual name if the vendor normalizes its blanks, and undoes that", async () => {
  await start("cartesia");
  harness.vendors.cartesia.fault({ kind: "fold-blanks" });
  await submit('rename Roadside to "Night   line"', "*After:*");
  const told = await toldInChannel(harness, voiceOps, "Renamed by");
  expect(textOf(told)).toContain("*Roadside* is now *Night line*");
  expect(await outcomes()).toEqual(["applied"]);
  const omar = person(harness, operator);
  await opens(harness, omar, async () => omar.click("undo", { in: told }), "*After:*");
  await omar.submit();
  await formSays(harness, omar, "*Night line* is now *Roadside*");
  expect(await outcomes()).toEqual(["applied", "applied"]);
});
