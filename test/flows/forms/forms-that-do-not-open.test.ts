import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, toldAlone } from "../../support/screen.ts";
import { quiet } from "../../support/words.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
});
afterEach(async () => {
  await harness.close();
});

/** The value of a metric, by its name and labels. */
async function value(name: string): Promise<number> {
  const text = await (await fetch(`${harness.url()}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}
const forms = async (result: string) => value(`patchbay_forms_total{result="${result}"}`);

// O20
it("fills a form that Slack has opened although Slack's answer was lost", async () => {
  harness.slack.fail("views.open", { dropConnection: true, afterwards: true });
  const omar = person(harness, operator);
  await omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await formSays(harness, omar, "After:");
  expect(harness.slack.ephemerals(operator)).toEqual([]);
  expect([await forms("opened"), await forms("unanswered")]).toEqual([1, 0]);
});

// O20
it.each([
  ["late", { error: "expired_trigger_id" }],
  ["refused", { error: "internal_error" }],
  ["unanswered", { dropConnection: true }],
])("ends a form that is %s in words, and counts it", async (result, failure) => {
  harness.slack.fail("views.open", failure);
  await person(harness, operator).command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await toldAlone(harness, operator, "The form could not be opened");
  expect([await forms(result), await forms("opened")]).toEqual([1, 0]);
  expect(await value("patchbay_unheard_total")).toBe(0);
});

// O20
it("counts messages that cannot be delivered in any way", async () => {
  harness.slack.fail("views.open", { error: "expired_trigger_id" });
  for (const way of ["response_url", "chat.postEphemeral", "chat.postMessage"])
    harness.slack.fail(way, { error: "fatal_error" });
  await person(harness, operator).command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await harness.slack.eventually("a count", async () => (await value("patchbay_unheard_total")) === 1);
  expect(await forms("late")).toBe(1);
});
