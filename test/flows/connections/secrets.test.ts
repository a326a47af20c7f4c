import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../../src/vendors/index.ts";
import type { WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import { incidents } from "../../support/fixtures.ts";
import { formSays, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { typicalOf } from "../change/typical.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const wrongKey = "sk_car_mistyped_8c2e4f6a1b3d";
const malformedKey = "sk_car_mal formed_9d1f3a5c7e";
const stateSecret = "demo-state-secret-9b2c";
const second: WorkspaceSeed = {
  teamId: "T0BRAVO01",
  name: "Bravo",
  botToken: "xoxb-demo-0123456789-second",
  botUserId: "U0BOT0002",
  botId: "B0BOT0002",
  users: [{ id: "U0BRAVO01", name: "bea", isAdmin: true }],
  channels: [{ id: "C0BRAVO01", name: "bravo" }],
};

let harness: Harness;
let logged = "";
let secrets: readonly string[];

// One long walk past every place where a secret is at hand; the tests then look for what it left behind.
beforeAll(async () => {
  harness = await startHarness({
    workspaces: [demoWorkspace, second],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "trace" },
    logTo: { write: (text) => (logged += text) },
  });
  const { slack } = harness;
  const ada = slack.as(demoWorkspace.teamId, "U0ADMIN01");
  await slack.install(`${harness.url()}/slack/install`, second.teamId, "U0BRAVO01");
  await slack.as(second.teamId, "U0BRAVO01").command("connections");
  await toldAlone(harness, "U0BRAVO01", "No vendor account is connected");

  await typeKey("cartesia", malformedKey, "Typo");
  await ada.close();
  await typeKey("cartesia", wrongKey, "Wrong");
  await formSays(harness, ada, "rejected the API key");
  await ada.close();
  for (const vendor of vendorIds.filter((id) => id !== "cartesia")) {
    await typeKey(vendor, harness.keys[vendor], `${vendor} demo`);
    await formSays(harness, ada, "is connected");
  }
  await ada.command("connections", { channelId: incidents });
  const list = await toldAlone(harness, "U0ADMIN01", "speechify demo");
  await ada.click("replace_key", { in: list, value: harness.connections.cartesia?.id ?? "" });
  await formSays(harness, ada, "A new key for");
  await ada.fill("api_key", harness.keys.cartesia);
  await ada.submit();
  await formSays(harness, ada, "has its new key");

  for (const vendor of vendorIds) {
    await reassign(vendor, "Reassigned by");
    quoteTheKey(vendor);
    await reassign(vendor, "Couldn't detach", true);
    harness.vendors[vendor].clearFaults();
    harness.vendors[vendor].fault({ kind: "html" });
    await ada.command(`show "${typicalOf(vendor).number.name}"`, { channelId: incidents });
    harness.vendors[vendor].clearFaults();
  }
  await ada.command("history", { channelId: incidents });
  await toldAlone(harness, "U0ADMIN01", "History of all numbers");
  await ada.openHome();
  await slack.eventually("the home tab", () => slack.home(demoWorkspace.teamId, "U0ADMIN01"));
  slack.fail("*", { error: "fatal_error" });
  await ada.command("reassign", { channelId: incidents });
  await slack.eventually("a failure", () => slack.calls.some(({ error }) => error === "fatal_error"));
  await harness.stopApp();
  secrets = [...harness.secrets, ...(await installedTokens()), wrongKey, malformedKey, stateSecret];
});
afterAll(async () => {
  await harness.close();
});

it("has secrets to look for, and places to look in", async () => {
  expect(new Set(secrets).size).toBeGreaterThanOrEqual(13);
  expect(Math.min(...secrets.map(({ length }) => length))).toBeGreaterThan(10);
  expect(logged.split("\n").length).toBeGreaterThan(20);
  expect(harness.slack.calls.length).toBeGreaterThan(50);
  expect((await files()).map(({ name }) => name)).toContain("patchbay.db");
});

it("keeps secrets out of the log at debug level", () => {
  expect(leaks(logged)).toEqual([]);
  expect(logged).not.toContain("demo-client-secret");
});

it("sends no secrets to Slack", () => {
  const found = harness.slack.calls.flatMap(({ method, args }) => leaks(JSON.stringify(args), method));
  expect(found).toEqual([]);
});

it("keeps secrets out of every answer to a request of Slack's", () => {
  expect(harness.slack.deliveries.flatMap(({ body, kind }) => leaks(body, kind))).toEqual([]);
});

it("keeps secrets out of the audit log", async () => {
  const entries = [...(await harness.audit()), ...(await harness.audit(second.teamId))];
  expect(entries.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["connection.replaced", "workspace.installed"]),
  );
  expect(leaks(JSON.stringify(entries))).toEqual([]);
});

it("keeps secrets out of the files of the database", async () => {
  const found = (await files()).flatMap(({ name, bytes }) => leaks(bytes.toString("latin1"), name));
  expect(found).toEqual([]);
});

it.each(vendorIds)("sends the key of %s to no other vendor", (vendor) => {
  const users = vendorIds.filter((id) =>
    JSON.stringify(harness.vendors[id].requests).includes(harness.keys[vendor]),
  );
  expect(users).toEqual([vendor]);
});

/** The secrets that a text holds: as they are, in base64, or enough of one to guess the rest. */
function leaks(text: string, where = ""): string[] {
  return secrets.flatMap((secret) => {
    const forms = [secret, Buffer.from(secret).toString("base64").replace(/=+$/u, ""), secret.slice(-16)];
    return forms.some((form) => text.includes(form)) ? [`${secret} ${where}`] : [];
  });
}

async function typeKey(vendor: VendorId, key: string, name: string): Promise<void> {
  const ada = harness.slack.as(demoWorkspace.teamId, "U0ADMIN01");
  await ada.command("connect", { channelId: incidents });
  await formSays(harness, ada, "Choose a vendor");
  await ada.choose("vendor", { text: vendor, value: vendor });
  await formSays(harness, ada, "API key");
  await ada.fillByLabel("Name", name);
  await ada.fill("api_key", key);
  await ada.submit();
}

async function reassign(vendor: VendorId, words: string, back = false): Promise<void> {
  const omar = harness.slack.as(demoWorkspace.teamId, "U0OPER001");
  const {
    number: { name: number },
    agent: { name: agent },
  } = typicalOf(vendor);
  await omar.command(back ? `detach "${number}"` : `reassign "${number}" to "${agent}"`, {
    channelId: incidents,
  });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await harness.slack.eventually(`${vendor}: ${words}`, () => textOf(omar.view()).includes(words));
  await toldInChannel(harness, incidents, words);
}

/** Lets a vendor refuse every PATCH with words that quote the key, in all shapes of error bodies that there are. */
function quoteTheKey(vendor: VendorId): void {
  const words = `The key ${harness.keys[vendor]} (Bearer ${harness.keys[vendor]}) may not do that`;
  const body = {
    error: { message: words, code: "x" },
    message: words,
    detail: words,
    title: words,
    errors: [words],
  };
  harness.vendors[vendor].fault({ kind: "status", status: 422, body }, { on: "write" });
}

async function installedTokens(): Promise<string[]> {
  const found = await harness.infra.installations.find(second.teamId);
  const [token] = /xoxb-[^"]+/u.exec(JSON.stringify(found?.installation)) ?? [];
  if (!token || token === second.botToken) throw new Error("the installation gave no token of its own");
  return [token];
}

async function files(): Promise<{ name: string; bytes: Buffer }[]> {
  const names = await readdir(harness.folder);
  return Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(join(harness.folder, name)) })),
  );
}
