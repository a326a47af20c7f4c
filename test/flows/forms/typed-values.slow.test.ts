import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { incidents } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { opens, patchesSince, quiet } from "../../support/words.ts";

const line = "phone_LINE";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: [], logTo: quiet });
  omar = person(harness, "U0OPER001");
  harness.vendors.speechify.addAccount({
    key: harness.keys.speechify,
    agents: [{ id: "agent_A", name: "👩‍💻 Helpdesk" }],
    numbers: [
      { id: line, e164: "+13105550101", name: "Line" },
      { id: "phone_HOT", e164: "+13105550102", name: "🚨 Hotline" },
      { id: "phone_WAVE", e164: "+13105550103", name: "👋🏼 Welcome" },
      { id: "phone_NAMED", e164: "+13105550104", name: ":fire: Desk" },
    ],
  });
  await harness.connect("speechify", "T0PATCH01", "Speech");
});
afterAll(async () => {
  await harness.close();
});

/** Sends a rename that has the name on the line, and gives the names that the vendor was sent. */
async function renamed(typed: string, sent = false): Promise<unknown[]> {
  const { speechify } = harness.vendors;
  const from = speechify.requests.length;
  const act = async () => omar.command(`rename 0101 to ${typed}`, { channelId: incidents, sent });
  await opens(harness, omar, act, "After:");
  const { errors } = await omar.submit();
  expect(errors).toBeUndefined();
  await formSays(harness, omar, "Renamed by");
  return patchesSince(speechify, from).map(({ body }) => body);
}

describe("a name reaches the vendor as it was typed", () => {
  // D4
  it.each([
    ['"پشتیبانی‌ها"', "پشتیبانی‌ها"],
    ['"👩‍💻 Support"', "👩‍💻 Support"],
    ['"👋🏽 Support"', "👋🏽 Support"],
    ['"Berlin – Zürich"', "Berlin – Zürich"],
    ["“L’équipe  de nuit”", "L’équipe  de nuit"],
    ["Straße – ‘Nacht’", "Straße – ‘Nacht’"],
    ['"R&D <lab> &amp;"', "R&D <lab> &amp;"],
    ['"ask @Omar in #incidents"', "ask @omar in #incidents"],
    // D2
    ["acme.com hotline", "acme.com hotline"],
    ["https://acme.com/?a=1&b=2", "https://acme.com/?a=1&b=2"],
    ["help@acme.com", "help@acme.com"],
  ])("in a command: %s", async (typed, name) => {
    expect(await renamed(typed)).toEqual([{ label: name }]);
    expect(harness.vendors.speechify.effective(line).name).toBe(name);
  });

  // D2
  it.each([
    ["<http://acme.com|acme.com> hotline", "acme.com hotline"],
    ["desk of <@U0OPER001|omar> &amp; <!subteam^S1|@oncall>", "desk of @omar & @oncall"],
    ["<tel:+14155550147|415-555-0147>", "415-555-0147"],
  ])("from what Slack sends: %s", async (sent, name) => {
    expect(await renamed(sent, true)).toEqual([{ label: name }]);
  });

  it("in a form, whose inputs Slack does not escape", async () => {
    const { speechify } = harness.vendors;
    for (const name of ["&amp; &lt;b&gt;", "<http://acme.com|acme.com>", ":fire: & <@U0OPER001>"]) {
      const from = speechify.requests.length;
      await opens(harness, omar, async () => omar.command("rename 0101", { channelId: incidents }), "After:");
      await omar.fill("name", name);
      await omar.submit();
      await formSays(harness, omar, "Renamed by");
      expect(patchesSince(speechify, from).map(({ body }) => body)).toEqual([{ label: name }]);
    }
  });
});

describe("a name is not taken", () => {
  // A14
  it.each([
    ["Night\u202Eksed", "U+202E, character 6"],
    ["Night\u2028desk", "U+2028, character 6"],
    ["Night\u0007desk", "U+0007, character 6"],
    ["\u3164", "no visible character"],
  ])("%j: the form says why and nothing is sent", async (name, why) => {
    const { speechify } = harness.vendors;
    const from = speechify.requests.length;
    await opens(harness, omar, async () => omar.command("rename 0101", { channelId: incidents }), "After:");
    await omar.fill("name", name);
    const { errors } = await omar.submit();
    expect(Object.values(errors ?? {})).toEqual([expect.stringContaining(why)]);
    expect(patchesSince(speechify, from)).toEqual([]);
  });
});

describe("a mention in a reason", () => {
  // D2
  it("is stored as text and mentions nobody where it is shown", async () => {
    const why = "because <@U0ADMIN01|adele> &amp; <!channel> say so";
    const act = async () =>
      omar.command(`rename 0101 to "Asked for" ${why}`, { channelId: incidents, sent: true });
    await opens(harness, omar, act, "After:");
    await omar.submit();
    await formSays(harness, omar, "Renamed by");
    const entry = (await harness.audit()).find(({ reason }) => reason?.includes("adele"));
    expect(entry?.reason).toBe("@adele & @channel say so");
    await omar.command("history 0101", { channelId: incidents });
    const history = textOf(await toldAlone(harness, "U0OPER001", "say so"));
    expect(history).toContain("@adele &amp; @channel say so");
    expect(history).not.toContain("<@U0ADMIN01|");
    expect(history).not.toContain("<!channel");
  });
});

describe("a number is found by its emoji", () => {
  // D3
  it.each([
    ["show 🚨 Hotline", "*🚨 Hotline*"],
    ["show :rotating_light: hotline", "*🚨 Hotline*"],
    ["show 👋🏼 Welcome", "*👋🏼 Welcome*"],
    ["show 🔥 Desk", "*:fire: Desk*"],
  ])("%s", async (typed, title) => {
    await omar.command(typed, { channelId: incidents });
    expect(textOf(await toldAlone(harness, "U0OPER001", title))).toContain(title);
  });

  it("as an agent, and in a list", async () => {
    await opens(harness, omar, async () => omar.command("reassign 0102 to 👩‍💻 helpdesk"), "→ *👩‍💻 Helpdesk*");
    await omar.close();
    await omar.command("list :fire:", { channelId: incidents });
    expect(textOf(await toldAlone(harness, "U0OPER001", "*1 number*"))).toContain("*:fire: Desk*");
  });
});
