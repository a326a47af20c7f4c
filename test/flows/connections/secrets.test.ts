import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demoWorkspace, startHouse, type House } from "../../../src/demo/harness.ts";
import { vendorIds, type VendorId } from "../../../src/domain/vendor.ts";
import type { WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import { formSays, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

const channelId = "C0INCID01";
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
const numbers: Readonly<Record<VendorId, readonly [number: string, agent: string]>> = {
  dialnexa: ["Support main", "Night desk"],
  oneinbox: ["Clinic main", "Appointments"],
  speechify: ["Hotel front", "Reservations"],
  cartesia: ["Roadside", "Dispatch"],
};

let house: House;
let logged = "";
let secrets: readonly string[];

// One long walk past every place where a secret is at hand; the tests then look for what it left behind.
beforeAll(async () => {
  house = await startHouse({
    workspaces: [demoWorkspace, second],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "trace", VENDOR_TIMEOUT_MS: "500" },
    logTo: { write: (text) => (logged += text) },
  });
  const { slack } = house;
  const ada = slack.as(demoWorkspace.teamId, "U0ADMIN01");
  await slack.install(`${house.url()}/slack/install`, second.teamId, "U0BRAVO01");
  await slack.as(second.teamId, "U0BRAVO01").command("connections");
  await toldAlone(house, "U0BRAVO01", "No vendor account is connected");

  await typeKey("cartesia", malformedKey, "Typo");
  await ada.close();
  await typeKey("cartesia", wrongKey, "Wrong");
  await formSays(house, ada, "rejected the API key");
  await ada.close();
  for (const vendor of vendorIds.filter((id) => id !== "cartesia")) {
    await typeKey(vendor, house.keys[vendor], `${vendor} demo`);
    await formSays(house, ada, "is connected");
  }
  await ada.command("connections", { channelId });
  const list = await toldAlone(house, "U0ADMIN01", "speechify demo");
  await ada.click("replace_key", { in: list, value: house.connections.cartesia?.id ?? "" });
  await formSays(house, ada, "A new key for");
  await ada.fill("api_key", house.keys.cartesia);
  await ada.submit();
  await formSays(house, ada, "has its new key");

  for (const vendor of vendorIds) {
    await reassign(vendor, "was reassigned");
    quoteTheKey(vendor);
    await reassign(vendor, "was *not*", true);
    house.vendors[vendor].clearFaults();
    house.vendors[vendor].fault({ kind: "html" });
    await ada.command(`show "${numbers[vendor][0]}"`, { channelId });
    house.vendors[vendor].clearFaults();
  }
  await ada.command("history", { channelId });
  await toldAlone(house, "U0ADMIN01", "History of all numbers");
  await ada.openHome();
  await slack.eventually("the home tab", () => slack.home(demoWorkspace.teamId, "U0ADMIN01"));
  slack.fail("*", { error: "fatal_error" });
  await ada.command("reassign", { channelId });
  await slack.eventually("a failure", () => slack.calls.some(({ error }) => error === "fatal_error"));
  await house.stopApp();
  secrets = [...house.secrets, ...(await installedTokens()), wrongKey, malformedKey, stateSecret];
});
afterAll(async () => {
  await house.close();
});

it("has secrets to look for, and places to look in", async () => {
  expect(new Set(secrets).size).toBeGreaterThanOrEqual(13);
  expect(Math.min(...secrets.map(({ length }) => length))).toBeGreaterThan(10);
  expect(logged.split("\n").length).toBeGreaterThan(20);
  expect(house.slack.calls.length).toBeGreaterThan(50);
  expect((await files()).map(({ name }) => name)).toContain("patchbay.db");
});

it("keeps secrets out of the log, at its most talkative", () => {
  expect(leaks(logged)).toEqual([]);
  expect(logged).not.toContain("demo-client-secret");
});

it("keeps secrets out of everything that is sent to Slack", () => {
  const found = house.slack.calls.flatMap(({ method, args }) => leaks(JSON.stringify(args), method));
  expect(found).toEqual([]);
});

it("keeps secrets out of every answer to a request of Slack's", () => {
  expect(house.slack.deliveries.flatMap(({ body, kind }) => leaks(body, kind))).toEqual([]);
});

it("keeps secrets out of the audit log", async () => {
  const entries = [...(await house.audit()), ...(await house.audit(second.teamId))];
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
    JSON.stringify(house.vendors[id].requests).includes(house.keys[vendor]),
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
  const ada = house.slack.as(demoWorkspace.teamId, "U0ADMIN01");
  await ada.command("connect", { channelId });
  await formSays(house, ada, "Choose a vendor");
  await ada.choose("vendor", { text: vendor, value: vendor });
  await formSays(house, ada, "API key");
  await ada.fillByLabel("Name", name);
  await ada.fill("api_key", key);
  await ada.submit();
}

async function reassign(vendor: VendorId, words: string, back = false): Promise<void> {
  const omar = house.slack.as(demoWorkspace.teamId, "U0OPER001");
  const [number, agent] = numbers[vendor];
  await omar.command(back ? `detach "${number}"` : `reassign "${number}" to "${agent}"`, { channelId });
  await formSays(house, omar, "After:");
  await omar.submit();
  await house.slack.eventually(`${vendor}: ${words}`, () => textOf(omar.view()).includes(words));
  await toldInChannel(house, channelId, words);
}

/** Lets a vendor refuse every PATCH with words that quote the key, in all shapes of error bodies that there are. */
function quoteTheKey(vendor: VendorId): void {
  const words = `The key ${house.keys[vendor]} (Bearer ${house.keys[vendor]}) may not do that`;
  const body = {
    error: { message: words, code: "x" },
    message: words,
    detail: words,
    title: words,
    errors: [words],
  };
  house.vendors[vendor].fault({ kind: "status", status: 422, body }, { on: "write" });
}

async function installedTokens(): Promise<string[]> {
  const found = await house.ground.installations.find(second.teamId);
  const [token] = /xoxb-[^"]+/u.exec(JSON.stringify(found?.installation)) ?? [];
  if (!token || token === second.botToken) throw new Error("the installation gave no token of its own");
  return [token];
}

async function files(): Promise<{ name: string; bytes: Buffer }[]> {
  const names = await readdir(house.folder);
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(house.folder, name)) })));
}
