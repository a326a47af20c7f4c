import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { incidents, operator, reassignLine } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

let harness: Harness;
let omar: SlackPerson;
let logged: string;
beforeEach(async () => {
  logged = "";
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "info" },
    logTo: { write: (text) => (logged += text) },
  });
  omar = person(harness, operator);
});
afterEach(async () => {
  await harness.close();
});

it("reports the result by response_url if the form was closed meanwhile", async () => {
  await fillForm();
  harness.vendors.cartesia.fault({ kind: "delay", ms: 300 }, { on: "write" });
  await omar.submit();
  await omar.close();
  expect((await toldInChannel(harness, incidents, "Reassigned by")).ephemeral).toBeUndefined();
});

it("reports the new connection if the form was closed meanwhile", async () => {
  const ada = person(harness, "U0ADMIN01");
  await ada.command("connect", { channelId: incidents });
  await formSays(harness, ada, "Vendor");
  await ada.choose("vendor", { text: "Speechify", value: "speechify" });
  await formSays(harness, ada, "API key");
  await ada.fillByLabel("Name", "Spare");
  await ada.fill("api_key", harness.keys.speechify);
  harness.vendors.speechify.fault({ kind: "delay", ms: 300 });
  await ada.submit();
  await ada.close();
  expect(textOf(await toldAlone(harness, "U0ADMIN01", "is connected"))).toContain("Spare");
});

it("reports the result in a direct message if there is no other way", async () => {
  await fillForm();
  harness.vendors.cartesia.fault({ kind: "delay", ms: 300 }, { on: "write" });
  await omar.submit();
  await omar.close();
  harness.slack.expireResponseUrls();
  expect(textOf(await toldDirectly(harness, operator, "Reassigned by"))).toContain("it talks nonsense");
});

it("keeps the result in the audit log if Slack accepts no messages any more", async () => {
  await fillForm();
  for (const method of ["views.update", "response_url", "chat.postMessage", "chat.postEphemeral"])
    harness.slack.fail(method, { error: "fatal_error" });
  await omar.submit();
  expect((await onRecord(harness, { kind: "change.outcome" })).outcome).toBe("applied");
  await harness.stopApp();
  expect(patches()).toHaveLength(1);
  expect(logged).toContain('"msg":"view not updated"');
  for (const way of ["response_url", "chat.postMessage", "direct message"])
    expect(logged).toContain(`"way":"${way}"`);
});

it("opens the filled form by a button when the trigger has expired", async () => {
  await omar.command(reassignLine, { channelId: incidents, triggerAgeMs: 4000 });
  await omar.click("open_form", { in: await toldAlone(harness, operator, "could not be opened") });
  await formSays(harness, omar, "After:");
  await omar.submit();
  expect(textOf(await toldInChannel(harness, incidents, "Reassigned by"))).toContain("it talks nonsense");
});

it("does not update a form of which another version is shown", async () => {
  await omar.command("reassign Roadside", { channelId: incidents });
  await formSays(harness, omar, "Roadside assistance");
  harness.slack.fail("views.update", { error: "hash_conflict" }, 1);
  await omar.choose("agent", { text: "Dispatch", value: "agent_7hN4pZc2" });
  await harness.slack.eventually("the conflict", () => logged.includes("hash_conflict"));
  expect((await omar.submit()).errors).toBeUndefined();
  await toldInChannel(harness, incidents, "Reassigned by");
});

async function fillForm(): Promise<void> {
  await omar.command(reassignLine, { channelId: incidents });
  await formSays(harness, omar, "After:");
}

function patches() {
  return harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH");
}
