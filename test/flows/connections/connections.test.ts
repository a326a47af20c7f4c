import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, buttonsOf, leftOut, opens, quiet } from "../../support/words.ts";

let harness: Harness;
let ada: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
  ada = person(harness, "U0ADMIN01");
});
afterEach(() => {
  for (const vendor of Object.values(harness.vendors)) vendor.clearFaults();
});
afterAll(async () => {
  await harness.close();
});

const connect = async () => opens(harness, ada, async () => ada.command("connect"), "Vendor");
const kept = async () =>
  (await harness.infra.store.workspace("T0PATCH01").connections.list()).map(({ name }) => name);

/** What the admin alone is told in answer to something. */
async function answer(act: () => Promise<unknown>): Promise<SandboxMessage> {
  const before = harness.slack.ephemerals("U0ADMIN01").length;
  await act();
  return harness.slack.eventually("an answer", () => harness.slack.ephemerals("U0ADMIN01").at(before));
}

/** Fills the connect form in and submits it. */
async function submit(vendor: string, name: string, key: string, words: string) {
  await connect();
  await ada.choose("vendor", { text: "", value: vendor });
  await formSays(harness, ada, "API key");
  await ada.fill("name", name);
  await ada.fill("api_key", key);
  const { errors, trouble } = await ada.submit();
  expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
  return formSays(harness, ada, words);
}

describe("the connect form", () => {
  it("draws the key's input for the vendor that was chosen, and says that Slack cannot hide it", async () => {
    const blank = await connect();
    expect(blockText(blank)).toContain("Slack shows what you type");
    expect(blockText(blank)).not.toContain("API key");
    await ada.choose("vendor", { text: "OneInbox", value: "oneinbox" });
    expect(blockText(await formSays(harness, ada, "API key"))).toContain("API key (begins with oi_sk_)");
    await ada.fill("api_key", "something typed");
    await ada.choose("vendor", { text: "Speechify", value: "speechify" });
    const other = await formSays(harness, ada, "API key (begins with sk_)");
    expect(JSON.stringify(other.state.values)).not.toContain("something typed");
  });

  it("refuses an invalid key at its input", async () => {
    await connect();
    await ada.choose("vendor", { text: "", value: "speechify" });
    await formSays(harness, ada, "API key");
    await ada.fill("name", "Speechify prod");
    await ada.fill("api_key", "a key with blanks");
    const { errors, trouble } = await ada.submit();
    expect(trouble).toBeUndefined();
    expect(errors).toEqual({
      "api_key:speechify": "An API key has no blanks, line breaks or letters with accents.",
    });
    expect(await kept()).toEqual(["cartesia demo"]);
  });

  it("tests the key and stores nothing if it is wrong", async () => {
    const view = await submit("speechify", "Speechify prod", "sk_wrong_0123456789", "rejected the API key");
    expect(blockText(view)).toContain("*The key was not saved.*");
    expect(blockText(view)).toMatch(/Id `[^`]+`/u);
    expect(await kept()).toEqual(["cartesia demo"]);
    expect(JSON.stringify(view)).not.toContain("sk_wrong_0123456789");
    expect((await harness.audit()).at(-1)).toMatchObject({
      kind: "connection.added",
      outcome: "refused",
      problem: { code: "credentials_rejected" },
    });
  });

  it("stores nothing if the vendor does not respond", async () => {
    harness.vendors.speechify.fault({ kind: "status", status: 503 });
    await submit("speechify", "Speechify prod", harness.keys.speechify, "is down");
    expect(await kept()).toEqual(["cartesia demo"]);
  });

  it("stays open with everything but the key if that was not stored, and then accepts the right one", async () => {
    await submit("speechify", "Speechify later", "sk_wrong_0123456789", "rejected the API key");
    await ada.fill("api_key", harness.keys.speechify);
    const { errors, trouble } = await ada.submit();
    expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
    await formSays(harness, ada, "is connected");
    expect(await kept()).toEqual(["cartesia demo", "Speechify later"]);
    const vault = harness.infra.store.workspace("T0PATCH01").connections;
    const later = (await vault.list()).find(({ name }) => name === "Speechify later");
    await vault.remove(later?.id ?? "");
  });

  it("refuses a taken name, ignoring case, before any request to the vendor", async () => {
    const before = harness.vendors.speechify.requests.length;
    await connect();
    await ada.choose("vendor", { text: "", value: "speechify" });
    await formSays(harness, ada, "API key");
    await ada.fill("name", "CARTESIA demo");
    await ada.fill("api_key", harness.keys.speechify);
    const { errors } = await ada.submit();
    expect(errors).toEqual({ name: "A connection called CARTESIA demo already exists." });
    expect(harness.vendors.speechify.requests).toHaveLength(before);
    expect(await kept()).toEqual(["cartesia demo"]);
  });

  it("stores a valid key encrypted, and its numbers are available at once", async () => {
    const view = await submit("speechify", "Speechify <prod>", harness.keys.speechify, "is connected");
    const [entry] = (await harness.audit()).slice(-1);
    expect(entry).toMatchObject({
      kind: "connection.added",
      outcome: "applied",
      actor: { userId: "U0ADMIN01" },
    });
    expect(blockText(view)).toContain("*Speechify &lt;prod&gt;* (Speechify) is connected.");
    expect(blockText(view)).toContain(`Its fingerprint: \`${entry?.connection?.fingerprint}\``);
    const list = await answer(async () => ada.command("list speechify"));
    expect(blockText(list)).toContain("*6 numbers*");
  });
});

describe("the list of connections", () => {
  it("shows each with its health, its fingerprint and its buttons", async () => {
    const list = await answer(async () => ada.command("connections"));
    expect(blockText(list)).toMatch(
      /\*cartesia demo\* · Cartesia · key `[^`]+`\n:white_check_mark: Healthy · 6 numbers/u,
    );
    expect(buttonsOf(list).slice(0, 4)).toEqual(["Disconnect", "Test", "Replace key", "Operators"]);
    expect(leftOut(list)).toEqual([]);
  });

  it("tests one, responding or not, and records both", async () => {
    const list = await answer(async () => ada.command("connections"));
    const value = harness.connections.cartesia?.id ?? "";
    expect(blockText(await answer(async () => ada.click("test", { in: list, value })))).toContain(
      "*cartesia demo* is healthy, and its key works.",
    );
    harness.vendors.cartesia.fault({ kind: "status", status: 401 });
    const bad = await answer(async () => ada.click("test", { in: list, value }));
    expect(blockText(bad)).toContain("Cartesia rejected the API key.");
    const tests = (await harness.audit()).filter(({ kind }) => kind === "connection.tested");
    expect(tests.map(({ outcome }) => outcome)).toEqual(["applied", "refused"]);
  });

  it("replaces a key once the new one is tried, and the fingerprint changes", async () => {
    const { connections: vault } = harness.infra.store.workspace("T0PATCH01");
    const id = harness.connections.cartesia?.id ?? "";
    const before = await vault.get(id);
    harness.vendors.cartesia.addAccount({ key: "sk_car_second_4f1c9a77", agents: [], numbers: [] });
    const list = await answer(async () => ada.command("connections"));
    const replace = async (key: string, words: string) => {
      const open = async () => ada.click("replace_key", { in: list, value: id });
      const view = await opens(harness, ada, open, "A new key for *cartesia demo* (Cartesia).");
      expect(blockText(view)).not.toContain("Vendor");
      await ada.fill("api_key", key);
      await ada.submit();
      await formSays(harness, ada, words);
    };
    await replace("sk_car_wrong_11111111", "*The key was not saved.*");
    expect((await vault.get(id)).fingerprint).toBe(before.fingerprint);
    await replace("sk_car_second_4f1c9a77", "has its new key");
    expect((await vault.get(id)).fingerprint).not.toBe(before.fingerprint);
    expect(await vault.credentials(id)).toEqual({ api_key: "sk_car_second_4f1c9a77" });
    const kinds = (await harness.audit()).slice(-2).map(({ kind, outcome }) => [kind, outcome]);
    expect(kinds).toEqual([
      ["connection.replaced", "refused"],
      ["connection.replaced", "applied"],
    ]);
    expect(blockText(await answer(async () => ada.command("list cartesia")))).toContain("*0 numbers*");
  });

  it("disconnects one; its numbers are gone from the lists and nothing changes at the vendor", async () => {
    const list = await answer(async () => ada.command("connections"));
    const id = harness.connections.cartesia?.id ?? "";
    const told = await answer(async () => ada.click("disconnect", { in: list, value: id }));
    expect(blockText(told)).toContain("*cartesia demo* is disconnected, and its key is deleted.");
    expect(await kept()).not.toContain("cartesia demo");
    expect((await harness.audit()).at(-1)).toMatchObject({ kind: "connection.removed", outcome: "applied" });
    const again = await answer(async () => ada.click("disconnect", { in: list, value: id }));
    expect(again.text).toMatch(/Nothing was changed/u);
    expect(harness.vendors.cartesia.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it("refuses operators, and so do its buttons", async () => {
    const omar = person(harness, "U0OPER001");
    const before = harness.slack.ephemerals("U0OPER001").length;
    await omar.command("connections");
    const told = await harness.slack.eventually("words", () =>
      harness.slack.ephemerals("U0OPER001").at(before),
    );
    expect(blockText(told)).toContain("You may not manage connections here");
    await opens(harness, omar, async () => omar.command("connect"), "You may not manage connections here");
  });
});

it("reveals no key in any message, form, call or log entry", async () => {
  const shown = JSON.stringify([harness.slack.calls, await harness.audit()]);
  for (const key of [
    harness.keys.cartesia,
    harness.keys.speechify,
    "sk_wrong_0123456789",
    "sk_car_second_4f1c9a77",
  ]) {
    expect(shown).not.toContain(key);
  }
});
