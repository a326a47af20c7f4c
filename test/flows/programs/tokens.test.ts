import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, cli, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";

let harness: Harness;
let ada: SlackPerson;
let logged = "";
beforeEach(async () => {
  logged = "";
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "trace", API_PORT: "0" },
    logTo: { write: (text) => (logged += text) },
  });
  ada = person(harness, admin);
});
afterEach(async () => {
  await harness.close();
});

const tokens = async () => harness.infra.store.workspace(teamId).tokens.list();

/** Opens the form from the list, as a person does. */
async function openForm(): Promise<void> {
  await ada.command("tokens", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "No tokens yet");
  await opens(harness, ada, async () => ada.click("token:new", { in: list }), "Scope");
}

/** Makes a token in Slack. Returns its secret, as the form shows it. */
async function make(name = "ci"): Promise<string> {
  await openForm();
  await ada.fill("name", name);
  await ada.choose("scope", { text: "Change: numbers, at once", value: "change" });
  await ada.submit();
  const view = await formSays(harness, ada, "Copy it now");
  return /pbt_[\w-]{43}/u.exec(textOf(view))?.[0] ?? "";
}

const numberStatus = async (secret: string): Promise<number> => {
  const path = `/v1/numbers/${harness.connections.cartesia?.id ?? ""}/${roadside}`;
  const answer = await fetch(`${harness.apiUrl()}${path}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  return answer.status;
};

it("makes a token in a form, shows its secret once, and to the admin alone", async () => {
  const secret = await make();
  expect(await numberStatus(secret)).toBe(200);
  expect(await tokens()).toMatchObject([
    { name: "ci", scope: "change", connectionIds: undefined, owner: { kind: "user", userId: admin } },
  ]);
  await onRecord(harness, { kind: "token.made", userId: admin });
  await ada.close();

  await ada.command("tokens", { channelId: voiceOps });
  const list = textOf(await toldAlone(harness, admin, "With the rights of"));
  expect(list).toContain("*ci* · `change` · all connections");
  const withSecret = harness.slack.calls.filter(({ args }) => JSON.stringify(args).includes(secret));
  expect(new Set(withSecret.map(({ method }) => method))).toEqual(new Set(["views.update"]));
  await harness.stopApp();
  const files = await readdir(harness.folder);
  const stored = await Promise.all(files.map(async (name) => readFile(join(harness.folder, name), "latin1")));
  const kept = [logged, JSON.stringify(await harness.audit()), ...stored];
  expect(kept.filter((text) => text.includes(secret.slice(4)))).toEqual([]);
});

it("revokes a token from the list, at once", async () => {
  const secret = await make();
  await ada.close();
  await ada.command("tokens", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "With the rights of");
  expect(JSON.stringify(list.blocks)).toContain("Revoke this token?");
  await ada.click("token:revoke", { in: list });
  await toldAlone(harness, admin, "The token ci is revoked");
  await onRecord(harness, { kind: "token.revoked", userId: admin });
  expect(await numberStatus(secret)).toBe(401);
  expect(await tokens()).toEqual([]);
  await toldAlone(harness, admin, "No tokens yet");
});

it("limits a token to connections, a scope and days", async () => {
  await openForm();
  await ada.fill("name", "dashboard");
  await ada.choose("connections", { text: "cartesia demo", value: harness.connections.cartesia?.id ?? "" });
  await ada.fill("days", "7");
  await ada.submit();
  await formSays(harness, ada, "cartesia demo");
  const [token] = await tokens();
  expect(token).toMatchObject({ scope: "read", connectionIds: [harness.connections.cartesia?.id] });
  expect(Date.parse(token?.expiresAt ?? "") - Date.parse(token?.madeAt ?? "")).toBe(7 * 86_400_000);
});

it("says at the input what is wrong, and makes nothing", async () => {
  await openForm();
  await ada.fill("name", "Not a name");
  await ada.fill("days", "91");
  const { errors } = await ada.submit();
  expect(errors).toMatchObject({
    name: expect.stringContaining("1 to 40 lower-case letters"),
    days: "A token expires after 1 to 90 days.",
  });
  expect(await tokens()).toEqual([]);
});

it("keeps what was typed if the name is taken", async () => {
  await make();
  await ada.close();
  await ada.command("tokens", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "With the rights of");
  await opens(harness, ada, async () => ada.click("token:new", { in: list }), "Scope");
  await ada.fill("name", "ci");
  await ada.fill("days", "3");
  await ada.submit();
  const view = await formSays(harness, ada, "There is a token “ci” already");
  expect(JSON.stringify(view)).toContain('"initial_value":"3"');
});

it("says how to go on if the secret could not be shown, and keeps it out of messages", async () => {
  await openForm();
  await ada.fill("name", "ci");
  harness.slack.fail("views.update", { error: "not_found" });
  await ada.submit();
  const words = await toldAlone(harness, admin, "could not be shown");
  harness.slack.clearFailures();
  await ada.click("token:revoke", { in: words });
  await onRecord(harness, { kind: "token.revoked", userId: admin });
  const messages = harness.slack.calls.filter(({ method }) => method.startsWith("chat."));
  expect(JSON.stringify(messages)).not.toContain("pbt_");
});

it("is for admins", async () => {
  const omar = person(harness, operator);
  await omar.command("tokens", { channelId: voiceOps });
  await toldAlone(harness, operator, "that is for admins");
  const entry = await onRecord(harness, { kind: "action.refused", code: "not_allowed" });
  expect(entry.actor).toMatchObject({ userId: operator });
});

it("announces a token in its channel, without its secret", async () => {
  const { settings } = harness.infra.store.workspace(teamId);
  const { settings: before } = await settings.readNow();
  const event = { actor: cli, requestId: "req_1" };
  await settings.write({ ...before, announcementsChannelId: voiceOps }, event);
  const secret = await make();
  const words = await toldInChannel(harness, voiceOps, "made the API token");
  expect(JSON.stringify(words)).not.toContain(secret);
});
