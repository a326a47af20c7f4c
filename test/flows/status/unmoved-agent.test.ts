import { afterEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { buttonsOf, leftOut, opens, quiet } from "../../support/words.ts";

let harness: Harness;
afterEach(async () => {
  await harness.close();
});

/** A number is reassigned through Patchbay; then someone changes fields of it at the vendor. */
async function changedSince(
  vendor: VendorId,
  line: string,
  id: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  harness = await startHarness({ connected: [vendor], logTo: quiet, driftEveryMs: 40, outboxEveryMs: 20 });
  const { settings } = harness.infra.store.workspace("T0PATCH01");
  const actor = { kind: "cli", osUser: "test" } as const;
  await settings.write({ announcementsChannelId: voiceOps }, { actor, requestId: "req_settings" });
  const omar = person(harness, operator);
  await opens(harness, omar, async () => omar.command(line), "*After:*");
  await omar.submit();
  await formSays(harness, omar, "Reassigned by");
  await harness.stopApp();
  harness.vendors[vendor].changeNumber(id, fields);
  await harness.startApp();
}

it("says that only the vendor's time shows a change, once and without a button to restore", async () => {
  const at = new Date(Date.now() + 5 * 60_000).toISOString();
  await changedSince("cartesia", "reassign Roadside to Dispatch", roadside, { updated_at: at });
  const message = await toldInChannel(harness, voiceOps, "was updated outside Patchbay");
  expect(textOf(message)).toContain("Nothing that Patchbay compares is different: *Dispatch* still answers.");
  expect(leftOut(message)).toEqual([]);
  expect(buttonsOf(message)).toEqual(["Show", "History"]);
  expect(await onRecord(harness, { kind: "drift.seen" })).toMatchObject({
    after: { agent: "agent_7hN4pZc2" },
    wanted: { agent: "agent_7hN4pZc2" },
    details: { drift: "changed_elsewhere", changedAt: at },
  });
});

it("says that someone added a webhook, which may choose another agent", async () => {
  const id = "+19545550184";
  await changedSince("retell", "reassign 0184 to Concierge", id, {
    inbound_webhook_url: "https://hooks.example/route?key=secret",
  });
  const message = await toldInChannel(harness, voiceOps, "outside Patchbay");
  expect(textOf(message)).toContain(
    "the webhook at hooks.example can now choose another agent than *Concierge* for each call.",
  );
  expect(textOf(message)).not.toContain("secret");
  expect(buttonsOf(message)).toEqual(["Show", "History"]);
});
