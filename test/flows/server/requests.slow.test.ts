import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { incidents, operator, reassignLine, roadside, teamId } from "../../support/fixtures.ts";
import { press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

let harness: Harness;
let omar: SlackPerson;
let logged: string;
beforeEach(async () => {
  logged = "";
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "info", VENDOR_TIMEOUT_MS: "1500" },
    logTo: { write: (text) => (logged += text) },
  });
  omar = person(harness, operator);
});
afterEach(async () => {
  await harness.close();
});

describe("a request that Slack did not send", () => {
  const body = new URLSearchParams({ command: "/number", text: "list", team_id: teamId, user_id: operator });
  const now = Math.floor(Date.now() / 1000);

  it.each([
    ["is forged", String(body), { signature: `v0=${"0".repeat(64)}` }, 401],
    ["has no signature", String(body), { signature: "" }, 401],
    ["is six minutes old", String(body), { timestamp: now - 360 }, 401],
    ["is longer than a megabyte", `text=${"x".repeat(1_000_001)}`, {}, 413],
    ["is no form and no JSON", "<xml/>", { contentType: "application/xml" }, 400],
    ["is broken JSON", "{", { contentType: "application/json" }, 400],
  ])("is refused when it %s", async (_what, text, options, status) => {
    const before = { audit: await harness.audit(), requests: harness.vendors.cartesia.requests.length };
    expect((await harness.slack.rawRequest(text, options)).status).toBe(status);
    await harness.stopApp();
    expect({ audit: await harness.audit(), requests: harness.vendors.cartesia.requests.length }).toEqual(
      before,
    );
    expect(harness.slack.calls.filter(({ method }) => method !== "auth.test")).toEqual([]);
  });
});

describe("the same request twice", () => {
  it("is one change, and the form shows its result", async () => {
    await fillForm();
    const [first] = await Promise.all([omar.submit(), omar.submit()]);
    await toldInChannel(harness, incidents, "Reassigned by");
    const shown = textOf(omar.view());
    const late = harness.slack.calls.length;
    await harness.slack.redeliver(first.delivery);
    // The late ack has put “Working…” over the result, which is therefore drawn once more.
    await harness.slack.eventually("the result again", () =>
      harness.slack.calls.slice(late).some(({ method, ok }) => method === "views.update" && ok),
    );
    await Promise.all([harness.slack.redeliver(first.delivery), harness.slack.redeliver(first.delivery)]);
    await harness.stopApp();
    expect(patches()).toHaveLength(1);
    const kinds = (await harness.audit()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "change.requested")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "change.outcome")).toHaveLength(1);
    expect(harness.slack.messages(incidents)).toHaveLength(1);
    expect(shown).toContain("Reassigned by");
    expect(textOf(omar.view())).toBe(shown);
  });

  it("is one change if it is repeated after a restart", async () => {
    await fillForm();
    const { delivery } = await omar.submit();
    await toldInChannel(harness, incidents, "Reassigned by");
    harness.vendors.cartesia.changeNumber(roadside, { agent: { id: "agent_5kR9wXd8" } });
    await harness.stopApp();
    await harness.startApp();
    await harness.slack.redeliver(delivery);
    await onRecord(harness, { kind: "change.refused", code: "already_requested" });
    await formSays(harness, omar, "It took effect");
    expect(patches()).toHaveLength(1);
  });

  it("stores one key if the connect form is submitted twice", async () => {
    const ada = person(harness, "U0ADMIN01");
    await ada.command("connect", { channelId: incidents });
    await formSays(harness, ada, "Vendor");
    await ada.choose("vendor", { text: "Speechify", value: "speechify" });
    await formSays(harness, ada, "API key");
    await ada.fillByLabel("Name", "Spare");
    await ada.fill("api_key", harness.keys.speechify);
    await Promise.all([ada.submit(), ada.submit()]);
    await formSays(harness, ada, "is connected");
    await harness.stopApp();
    expect(textOf(ada.view())).toContain("is connected");
    expect(await harness.infra.store.workspace(teamId).connections.list()).toHaveLength(2);
    expect((await harness.audit()).filter(({ kind }) => kind === "connection.added")).toHaveLength(2);
  });

  it("opens the form of a read-only button that is clicked twice", async () => {
    await omar.command(reassignLine, { channelId: incidents, triggerAgeMs: 4000 });
    const message = await toldAlone(harness, operator, "could not be opened");
    await Promise.all([omar.click("open_form", { in: message }), omar.click("open_form", { in: message })]);
    await formSays(harness, omar, "After:");
    await harness.stopApp();
    expect(patches()).toEqual([]);
  });
});

describe("an unknown request", () => {
  const from = { userId: operator, teamId };

  it("is acked and explained as a click", async () => {
    expect((await sendInteraction(harness, press(from, "from_the_future", "x"))).status).toBe(200);
    await toldDirectly(harness, operator, "This button belongs to another version of Patchbay");
  });

  it("is acked and explained as a form", async () => {
    const view = { callbackId: "from_the_future", metadata: {}, values: {} };
    expect((await sendInteraction(harness, submission(from, view))).status).toBe(200);
    await toldDirectly(harness, operator, "This form belongs to another version of Patchbay");
  });

  it("is acked and explained as a command with another name", async () => {
    const before = harness.vendors.cartesia.requests.length;
    const command = {
      command: "/phone",
      text: reassignLine,
      team_id: teamId,
      user_id: operator,
      trigger_id: "1.2.3",
    };
    const { status, body } = await harness.slack.rawRequest(String(new URLSearchParams(command)));
    expect({ status, body }).toEqual({ status: 200, body: "" });
    await toldDirectly(harness, operator, "This app only answers /number.");
    expect(harness.vendors.cartesia.requests).toHaveLength(before);
  });

  it("is acked and explained as a shortcut and as a verb", async () => {
    expect((await omar.globalShortcut("from_the_future")).status).toBe(200);
    await toldDirectly(harness, operator, "This shortcut belongs to another version of Patchbay");
    expect((await omar.command("reasign 0107", { channelId: incidents })).status).toBe(200);
    await toldAlone(harness, operator, "Unknown command");
  });
});

it("reports a bug with an id that is also in the log, and nothing else", async () => {
  await fillForm();
  await omar.submit();
  await toldInChannel(harness, incidents, "Reassigned by");
  const database = openFile(harness.settings.databasePath);
  database.exec(
    `DROP TRIGGER audit_never_updated; UPDATE audit_entries SET wanted_state = '{"agent": "torn'`,
  );
  database.close();
  await omar.command("history", { channelId: incidents });
  const words = textOf(await toldAlone(harness, operator, "Something went wrong inside Patchbay"));
  const [, id = "none"] = /Id `([^`]+)`/u.exec(words) ?? [];
  const bug = logged.split("\n").find((each) => each.includes(`"requestId":"${id}"`) && each.includes("bug"));
  expect(bug).toContain("SyntaxError");
  expect(words).not.toMatch(/JSON|torn|SyntaxError/u);
});

/** Slack waits that long for an ack. A vendor's answer is waited for longer. */
const slackLimitMs = 3_000;

describe("while every vendor hangs", () => {
  it("acks at once and opens the form before any request", async () => {
    harness.vendors.cartesia.fault({ kind: "hang" });
    const before = harness.vendors.cartesia.requests.length;
    const { tookMs, ackedAtMs } = await omar.command(reassignLine, { channelId: incidents });
    expect(tookMs).toBeLessThan(slackLimitMs);
    const asked = await harness.slack.eventually(
      "a request",
      () => harness.vendors.cartesia.requests[before],
    );
    const first = harness.slack.calls.find(({ method }) => method !== "auth.test");
    expect(first?.method).toBe("views.open");
    expect(first?.atMs).toBeGreaterThanOrEqual(ackedAtMs - 50);
    expect(Date.parse(asked.at)).toBeGreaterThanOrEqual(Math.floor(first?.atMs ?? Infinity));
    harness.vendors.cartesia.clearFaults();
    await formSays(harness, omar, "After:");
  });

  it("acks a submitted form at once", async () => {
    await fillForm();
    harness.vendors.cartesia.fault({ kind: "hang" });
    const { delivery } = await omar.submit();
    expect(delivery.tookMs).toBeLessThan(slackLimitMs);
    expect(textOf(omar.view())).toContain("Working…");
    harness.vendors.cartesia.clearFaults();
    await formSays(harness, omar, "Reassigned by");
  });
});

async function fillForm(): Promise<void> {
  await omar.command(reassignLine, { channelId: incidents });
  await formSays(harness, omar, "After:");
}

function patches() {
  return harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH");
}
