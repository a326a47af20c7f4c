import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { eventDocument } from "../../../src/domain/webhooks/event-document.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, operator, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { until } from "../../support/until.ts";
import { opens } from "../../support/words.ts";
import { startReceiver, type Received } from "../../webhooks/receiver.ts";

let harness: Harness;
let ada: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent", WEBHOOKS_ALLOW_PRIVATE: "true" },
  });
  ada = person(harness, admin);
});
afterEach(async () => {
  await harness.close();
});

const webhooks = () => harness.infra.store.workspace(teamId).webhooks;
const kindOf = ({ body }: Received): string => eventDocument.parse(JSON.parse(body)).data.kind;
const secretIn = (text: string): string => /whsec_[\w+/]{43}=/u.exec(text)?.[0] ?? "";

async function openForm(): Promise<void> {
  await ada.command("webhooks", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "No webhooks yet");
  await opens(harness, ada, async () => ada.click("webhook:new", { in: list }), "Address");
}

/** Adds a webhook in Slack. Returns its secret, as the form shows it. */
async function add(url: string): Promise<string> {
  await openForm();
  await ada.fill("url", url);
  await ada.submit();
  const secret = secretIn(textOf(await formSays(harness, ada, "Copy it now")));
  await ada.close();
  return secret;
}

it("adds a webhook in a form, shows its secret once, and its path to nobody", async () => {
  const receiver = await startReceiver();
  const secret = await add(receiver.url);
  await until("its first event", () => receiver.received.map(kindOf).includes("webhook.added"));
  await onRecord(harness, { kind: "webhook.added", userId: admin });
  await ada.command("webhooks", { channelId: voiceOps });
  await toldAlone(harness, admin, `http://127.0.0.1:${receiver.port}`);
  const said = harness.slack.calls.filter(({ args }) => JSON.stringify(args).includes(secret));
  expect(new Set(said.map(({ method }) => method))).toEqual(new Set(["views.update"]));
  expect(JSON.stringify([harness.slack.calls, await harness.audit()])).not.toContain("hook?key=1");
});

it("restricts a webhook to kinds of events, in its form and later, and refuses unknown ones at the field", async () => {
  const receiver = await startReceiver();
  await openForm();
  await ada.fill("url", receiver.url);
  await ada.fill("kinds", "chnage.*");
  expect((await ada.submit()).errors).toEqual({
    kinds: expect.stringContaining("no kind of event “chnage.*”. The known ones are change.*, "),
  });
  await ada.fill("kinds", "change.*");
  await ada.submit();
  await formSays(harness, ada, "Only `change.*`");
  await ada.close();
  await ada.command("webhooks", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "Only `change.*`");
  await opens(harness, ada, async () => ada.click("webhook:kinds", { in: list }), "Kinds of events");
  await ada.fill("kinds", "webhook.changed");
  await ada.submit();
  await formSays(harness, ada, "Only `webhook.changed`");
  await until("the event about it", () => receiver.received.length > 0);
  expect(receiver.received.map(kindOf)).toEqual(["webhook.changed"]);
  expect((await onRecord(harness, { kind: "webhook.changed", userId: admin })).details).toMatchObject({
    kinds: "webhook.changed",
  });
});

it("replaces the secret after a question, and shows the new one once", async () => {
  const receiver = await startReceiver();
  const first = await add(receiver.url);
  await ada.command("webhooks", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "added");
  expect(JSON.stringify(list.blocks)).toContain("Replace the secret?");
  await ada.click("webhook:rotate", { in: list });
  const second = secretIn(textOf(await formSays(harness, ada, "has a new secret")));
  expect(second).not.toBe(first);
  await onRecord(harness, { kind: "webhook.rotated", userId: admin });
  const [{ id } = { id: "" }] = await webhooks().list();
  expect((await webhooks().target(id)).secrets).toEqual([second, first]);
});

it("replaces no secret if Slack opens no form to show it in", async () => {
  const receiver = await startReceiver();
  const first = await add(receiver.url);
  await ada.command("webhooks", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "added");
  harness.slack.fail("views.open", { error: "fatal_error" });
  await ada.click("webhook:rotate", { in: list });
  await toldAlone(harness, admin, "could not be opened");
  const [{ id } = { id: "" }] = await webhooks().list();
  expect((await webhooks().target(id)).secrets).toEqual([first]);
});

it("removes a webhook after a question", async () => {
  const receiver = await startReceiver();
  await add(receiver.url);
  await ada.command("webhooks", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "added");
  expect(JSON.stringify(list.blocks)).toContain("Remove this webhook?");
  await ada.click("webhook:remove", { in: list });
  await toldAlone(harness, admin, "is removed");
  await onRecord(harness, { kind: "webhook.removed", userId: admin });
  await toldAlone(harness, admin, "No webhooks yet");
  expect(await webhooks().list()).toEqual([]);
});

it("resumes a paused webhook, which gets what it missed", async () => {
  const receiver = await startReceiver();
  receiver.status = 410;
  await add(receiver.url);
  await onRecord(harness, { kind: "webhook.paused" });
  await ada.command("webhooks", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "Paused. The receiver answered 410");
  receiver.status = 204;
  receiver.received.length = 0;
  await ada.click("webhook:resume", { in: list });
  await toldAlone(harness, admin, "is resumed");
  await until("what it missed", () => receiver.received.map(kindOf).includes("webhook.resumed"));
  expect(receiver.received.map(kindOf)).toEqual(["webhook.added", "webhook.paused", "webhook.resumed"]);
});

it("says at the input why an address is refused", async () => {
  await openForm();
  await ada.fill("url", "https://name:password@hooks.example.com/x");
  const { errors } = await ada.submit();
  expect(errors).toMatchObject({ url: expect.stringContaining("sign-in is by the signature") });
  expect(await webhooks().list()).toEqual([]);
});

it("is for admins", async () => {
  const omar = person(harness, operator);
  await omar.command("webhooks", { channelId: voiceOps });
  await toldAlone(harness, operator, "that is for admins");
  const entry = await onRecord(harness, { kind: "action.refused", code: "not_allowed" });
  expect(entry.actor).toMatchObject({ userId: operator });
});
