import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { incidents, operator, teamId } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { blockText, opens, patchesSince, quiet } from "../../support/words.ts";

/** A number that DialNexa shows in its other format, which has no label. */
const london = "phn_m6q3wd8ka7tf";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["dialnexa"], logTo: quiet });
});
afterAll(async () => harness.close());

it("ends a change of a label that DialNexa never shows as unknown, once, and says where to look", async () => {
  const omar = person(harness, operator);
  const { dialnexa } = harness.vendors;
  const before = dialnexa.requests.length;
  await opens(
    harness,
    omar,
    async () => omar.command("edit London office", { channelId: incidents }),
    "*Now:*",
  );
  await omar.fill("label", "CC-9");
  await omar.submit();
  const words = "does not show this field of this number, so its API will never tell";
  const form = blockText(await formSays(harness, omar, "Unknown whether"));
  expect(form).toContain(words);
  expect(form).toContain("vendor's dashboard");
  expect(blockText(await toldInChannel(harness, incidents, "Unknown whether"))).toContain(words);
  expect(patchesSince(dialnexa, before)).toMatchObject([{ body: { label: "CC-9" }, applied: true }]);
  expect(dialnexa.number(london)).not.toHaveProperty("label");
  const [requested, outcome] = (await harness.audit()).slice(-2);
  expect(requested).toMatchObject({
    kind: "change.requested",
    wanted: { "field.label": "CC-9" },
    before: {},
  });
  expect(outcome).toMatchObject({ kind: "change.outcome", outcome: "unknown", after: {} });
  // Nobody looks again.
  expect(await harness.infra.store.workspace(teamId).audit.unsettled()).toEqual([]);
  expect((await harness.audit()).filter(({ kind }) => kind === "change.outcome")).toHaveLength(1);
});
