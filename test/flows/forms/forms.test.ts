import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { uuid } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { blockText, leftOut, opens, patchesSince, quiet, buttonsOf } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterEach(() => {
  harness.slack.clearFailures();
  for (const vendor of Object.values(harness.vendors)) vendor.clearFaults();
});
afterAll(async () => {
  await harness.close();
});
const open = async (line: string, words = "Now:", channelId = "C0INCID01") =>
  opens(harness, omar, async () => omar.command(line, { channelId }), words);

/** Types into a menu and picks the first entry. */
async function pick(actionId: string, typed: string) {
  const [first] = await omar.options(actionId, typed);
  if (!first) throw new Error(`nothing found for ${typed}`);
  await omar.choose(actionId, first);
  return first;
}

/** Submits the form on top and waits for its result. */
async function submit(words: string) {
  const { errors, trouble } = await omar.submit();
  expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
  return formSays(harness, omar, words);
}

describe("a blank form", () => {
  it("finds numbers by name, digits, agent and connection, and says who answers each", async () => {
    await open("reassign", "Number");
    const found = async (typed: string) => (await omar.options("number", typed)).map(({ text }) => text);
    expect(await omar.options("number", "0147")).toMatchObject([
      { text: "Support overflow (+1 415 555 0147)", description: "dialnexa demo · Front desk" },
    ]);
    expect(await found("hotel res")).toEqual(["Hotel reservations (+1 305 555 0138)"]);
    expect(await found("Roadside assistance")).toContain("Fleet desk (+1 210 555 0186)");
    expect(await found("oneinbox")).toHaveLength(6);
    expect(await omar.options("number", "claims")).toMatchObject([
      { description: "cartesia demo · nobody answers" },
    ]);
  });

  it("shows who answers once a number is picked, and what will be once an agent is", async () => {
    await open("reassign", "Number");
    expect(blockText(omar.view())).not.toContain("Now:");
    await pick("number", "fleet");
    expect(blockText(await formSays(harness, omar, "Now:"))).toContain("*Roadside assistance* answers.");
    await pick("agent", "holding");
    expect(blockText(await formSays(harness, omar, "After:"))).toContain(
      "*Roadside assistance* → *Holding message*",
    );
  });

  it("drops the agent if a number of another connection is chosen, and keeps the reason", async () => {
    await open("reassign fleet desk to dispatch because of rain", "After:");
    await pick("number", "0147");
    const view = await formSays(harness, omar, "*Front desk* answers.");
    expect(blockText(view)).not.toContain("After:");
    expect(JSON.stringify(view.state.values)).not.toContain("agent_7hN4pZc2");
    expect(JSON.stringify(view.state.values)).toContain("of rain");
    const { errors } = await omar.submit();
    expect(Object.values(errors ?? {})).toEqual(["Please complete this required field."]);
  });

  it("keeps the agent if another number of the same connection is chosen", async () => {
    await open("reassign fleet desk to dispatch", "After:");
    await pick("number", "claims");
    expect(blockText(await formSays(harness, omar, "*nobody*"))).toContain("→ *Dispatch*");
  });

  it("keeps the other values of the line until a number is chosen", async () => {
    await open("reassign to dispatch because of snow", "Number");
    await pick("number", "claims");
    const view = await formSays(harness, omar, "After:");
    expect(blockText(view)).toContain("→ *Dispatch*");
    expect(JSON.stringify(view.state.values)).toContain("of snow");
  });

  it("cannot be submitted before the number is read, with an error at the number", async () => {
    await open("detach", "Number");
    harness.vendors.cartesia.fault({ kind: "delay", ms: 400 }, { on: "read" });
    const [roadside] = await omar.options("number", "+12145550152");
    if (!roadside) throw new Error("no such number");
    await omar.choose("number", roadside);
    await formSays(harness, omar, "Reading who answers now");
    const { errors, trouble } = await omar.submit();
    expect(trouble).toBeUndefined();
    expect(errors).toEqual({ "number:0": expect.stringContaining("is still loading this number") });
    await formSays(harness, omar, "Callers will reach nobody");
  });

  it("says that the vendor does not respond, and retries on a click", async () => {
    harness.vendors.oneinbox.fault(
      { kind: "status", status: 500 },
      { on: ({ path }) => path.includes(uuid(102)) },
    );
    await open("reassign clinic appointments to reception because of noise", "OneInbox is down");
    expect(blockText(omar.view())).toContain("Nothing was changed.");
    harness.vendors.oneinbox.clearFaults();
    await omar.click("pick:again");
    const view = await formSays(harness, omar, "After:");
    expect(blockText(view)).toContain("*Appointments* → *Reception*");
    expect(JSON.stringify(view.state.values)).toContain("of noise");
  });
});

describe("the rename form", () => {
  it("is prefilled with the name, and refuses it unchanged", async () => {
    const view = await open("rename 0163");
    expect(JSON.stringify(view.state.values)).toContain("Sales New York");
    const { errors } = await omar.submit();
    expect(Object.values(errors ?? {})).toEqual(["The number already has this name."]);
  });
});

describe("the edit form", () => {
  it("has DialNexa's accounting label", async () => {
    const before = harness.vendors.dialnexa.requests.length;
    await open("edit support main");
    await omar.fill("label", "CC-4200");
    await submit("Edited by");
    expect(patchesSince(harness.vendors.dialnexa, before).map(({ body }) => body)).toEqual([
      { label: "CC-4200" },
    ]);
    const told = await toldInChannel(harness, "C0INCID01", "*CC-4100* → *CC-4200*");
    expect(leftOut(told)).toEqual([]);
  });

  it("has OneInbox's fallback agent by name, and a choice of none", async () => {
    const before = harness.vendors.oneinbox.requests.length;
    const view = await open("edit after hours");
    expect(JSON.stringify(view.state.values)).toContain('"Holding message"');
    const options = await omar.options("fallback", "");
    expect(options[0]).toEqual({ text: "— none —", value: "none" });
    await omar.choose("fallback", { text: "— none —", value: "none" });
    await submit("Edited by");
    expect(patchesSince(harness.vendors.oneinbox, before).map(({ body }) => body)).toEqual([
      { inbound_routing: { fallback: null } },
    ]);
  });

  it("keeps what was typed if the number was changed meanwhile", async () => {
    await open("edit after hours");
    const text = `${"Please call back. ".repeat(40)}Thank you.`;
    await omar.fill("voicemail_message", text);
    await omar.choose("fallback", { text: "— none —", value: "none" });
    const routing = { agent_id: uuid(4), fallback: null, voicemail_message: "Somebody else's." };
    harness.vendors.oneinbox.changeNumber(uuid(103), { inbound_routing: routing });
    const conflict = await submit("while this form was open");
    expect(blockText(conflict)).toContain("Now: *Somebody else's.*");
    await omar.click("open_form");
    const again = await formSays(harness, omar, "Read from");
    expect(JSON.stringify(again.blocks)).toContain(text);
    await submit("Edited by");
    expect(harness.vendors.oneinbox.effective(uuid(103))).toMatchObject({ agentId: uuid(4) });
  });

  it("refuses to empty OneInbox's voicemail message, at that input", async () => {
    await open("edit after hours");
    await omar.fill("voicemail_message", "");
    const { errors } = await omar.submit();
    expect(Object.entries(errors ?? {})).toEqual([
      [expect.stringMatching(/^voicemail_message:/u), "OneInbox has no way to empty this."],
    ]);
  });

  it("says that a text too long for Slack must be edited elsewhere", async () => {
    const routing = { agent_id: uuid(4), fallback: null, voicemail_message: "Long. ".repeat(1000) };
    harness.vendors.oneinbox.changeNumber(uuid(104), { inbound_routing: routing });
    const view = await open("edit pharmacy", "too long for a form in Slack");
    expect(blockText(view)).toContain("Nothing was changed.");
  });

  it("sends Cartesia's provider, and shows the vendor's error", async () => {
    const before = harness.vendors.cartesia.requests.length;
    await open("edit dispatch north");
    await omar.fill("provider", "ap_3vT8rLw5");
    await submit("Edited by");
    await open("edit dispatch south");
    await omar.fill("provider", "ap_unknown");
    const view = await submit("Couldn't edit");
    expect(blockText(view)).toContain("Provider not found");
    expect(
      patchesSince(harness.vendors.cartesia, before).map(({ body, applied }) => [body, applied]),
    ).toEqual([
      [{ provider: { id: "ap_3vT8rLw5" } }, true],
      [{ provider: { id: "ap_unknown" } }, false],
    ]);
  });

  it("says that Speechify has nothing to edit, at once, and offers nothing to send", async () => {
    const view = await open("edit spa");
    expect(blockText(view)).toContain("Speechify has no other fields to edit.");
    expect(JSON.stringify(view)).toContain('"submit":null');
    expect(buttonsOf(view)).toEqual(["Another number"]);
  });
});

it("warns before and after a detach that callers reach nobody", async () => {
  const view = await open("detach hotel reservations because of a flood");
  expect(blockText(view)).toContain("*Callers will reach nobody*");
  expect(blockText(view)).toContain("*Reservations* → *nobody*");
  expect(blockText(await submit("Detached by"))).toContain("*Nobody answers*: callers reach no agent.");
  const told = await toldInChannel(harness, "C0INCID01", "Detached by");
  expect(told.text).toContain("Nobody answers: callers reach no agent.");
  expect(leftOut(told)).toEqual([]);
});
