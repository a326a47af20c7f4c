import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { blockText, buttonsOf, leftOut, opens, patchesSince, quiet } from "../../support/words.ts";

/** Names that would mention, link, format, hide or overflow, were they not made harmless. */
const hostile = [
  "<!channel>",
  "<!here|x> <@U0ADMIN01> <https://evil.example|click>",
  "*bold* _it_ ~gone~ `code`",
  "&<>".repeat(100),
  "x".repeat(300),
  "\u202Egnp.exe \u200Bzero\u200Bwidth\u2066",
  '"; DROP TABLE audit; --',
  "a\nb\tc",
];

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["dialnexa", "cartesia"], logTo: quiet });
  omar = person(harness, "U0OPER001");
  harness.vendors.speechify.addAccount({
    key: harness.keys.speechify,
    agents: hostile.map((name, at) => ({ id: `agent_H${at}`, name })),
    numbers: [
      ...hostile.map((name, at) => ({
        id: `phone_H${at}`,
        e164: `+1310555020${at}`,
        name,
        agentId: `agent_H${at}`,
      })),
      { id: "phone_E164", e164: "<!channel>", name: "No number at all" },
      {
        id: "phone_OUT",
        e164: "+13105550299",
        name: "Outbound only",
        extra: { source: "verified_caller_id" },
      },
    ],
  });
  await harness.connect("speechify", "T0PATCH01", "Hostile <!here> *names* & co");
});
afterAll(async () => {
  await harness.close();
});

const open = async (line: string, words = "Now:") =>
  opens(harness, omar, async () => omar.command(line, { channelId: "C0INCID01" }), words);

async function answer(line: string): Promise<SandboxMessage> {
  const before = harness.slack.ephemerals("U0OPER001").length;
  await omar.command(line, { channelId: "C0INCID01" });
  return harness.slack.eventually(`an answer to “${line}”`, () =>
    harness.slack.ephemerals("U0OPER001").at(before),
  );
}

/** What Slack would turn into a mention or a link, apart from our own dates and the actor's mention. */
function live(shown: { text?: unknown; blocks: object[] }): string[] {
  const read = [typeof shown.text === "string" ? shown.text : "", ...mrkdwnIn(shown.blocks)].join("\n");
  const marks = [...read.matchAll(/<[^>]*>/gu)].map(([mark]) => mark);
  return marks.filter((mark) => !mark.startsWith("<!date^") && mark !== "<@U0OPER001>");
}

/** Every text that Slack reads as mrkdwn; plain_text is shown as it is. */
function mrkdwnIn(shown: unknown): string[] {
  if (typeof shown !== "object" || shown === null) return [];
  if ("type" in shown && shown.type === "mrkdwn" && "text" in shown) return [String(shown.text)];
  return Object.values(shown).flatMap((part) => mrkdwnIn(part));
}

describe("a line that cannot be carried out", () => {
  it("offers the nearest commands as buttons that keep the rest of the line, escaped", async () => {
    const words = await answer("reasign 0147");
    expect(blockText(words)).toContain("Unknown command “reasign”.");
    expect(buttonsOf(words)[0]).toBe("/number reassign 0147");
    expect(leftOut(words)).toEqual([]);
    expect(live(await answer("<!channel> 0147"))).toEqual([]);
    await omar.click("run:0", { in: words });
    expect(JSON.stringify(await formSays(harness, omar, "*Now:*"))).toContain("Support overflow");
    while (omar.view()) await omar.close();
  });

  it("shows the number that a line names without a command", async () => {
    for (const line of ["0147", "Billing"]) expect(blockText(await answer(line))).toContain("Read from");
  });

  it("says only what was not found for a lookup", async () => {
    const words = blockText(await answer("history nosuchnumber"));
    expect(words).not.toContain("Nothing was changed");
    expect(words).not.toContain("Id `");
  });

  it.each([
    ["a malformed number", "detach +1 415 555", "No number is called “+1 415 555”."],
    ["a number that is not connected", "detach +49 30 901820", "No number is called"],
    ["a very long line", `detach ${"nonsense ".repeat(300)}`, "No number is called “nonsense"],
    ["a number that would be markup", "detach <!channel>x", "No number is called “&lt;!channel&gt;x”."],
  ])("says of %s that there is none", async (_what, line, words) => {
    const view = await open(line, words);
    expect(live(view)).toEqual([]);
    expect(buttonsOf(view).length).toBeLessThanOrEqual(5);
  });
});

describe("a name", () => {
  it("of 256 characters is refused at its input at DialNexa, and one of 255 is taken", async () => {
    const { dialnexa } = harness.vendors;
    const from = dialnexa.requests.length;
    await open("rename billing");
    await omar.fill("name", "é".repeat(256));
    const { errors, trouble } = await omar.submit();
    expect(trouble).toBeUndefined();
    expect(Object.entries(errors ?? {})).toEqual([
      [expect.stringMatching(/^name:/u), "DialNexa allows at most 255 characters; these are 256."],
    ]);
    expect(patchesSince(dialnexa, from)).toEqual([]);
    await omar.fill("name", "é".repeat(255));
    await omar.submit();
    await formSays(harness, omar, "Renamed by");
    expect(patchesSince(dialnexa, from)).toHaveLength(1);
    expect(dialnexa.effective("phn_v2j9bn4re5yc").name).toHaveLength(255);
  });

  it("cannot be cleared at Cartesia: the form says so at the input and no request is sent", async () => {
    const { cartesia } = harness.vendors;
    const from = cartesia.requests.length;
    const view = await open('rename Roadside to ""');
    expect(blockText(view)).toContain("Cartesia has no way to clear a name.");
    await omar.fill("name", "   ");
    const { errors } = await omar.submit();
    expect(Object.values(errors ?? {})).toEqual(["Cartesia has no way to clear a name. Type another one."]);
    expect(patchesSince(cartesia, from)).toEqual([]);
  });

  it("can be cleared at DialNexa with an empty name on the line", async () => {
    const view = await open('rename "Sales New York" to ""', "After:");
    expect(blockText(view)).toContain("*Sales New York* → the name you type above");
    await omar.submit();
    await formSays(harness, omar, "Renamed by");
    expect(harness.vendors.dialnexa.effective("phn_z1h5gs9pl3xb").name).toBeNull();
  });
});

it("refuses to empty a label that DialNexa cannot empty, at that input", async () => {
  await open("edit support main");
  await omar.fill("label", "");
  const { errors } = await omar.submit();
  expect(Object.values(errors ?? {})).toEqual(["DialNexa has no way to empty this."]);
});

it("says as the form opens that a verified caller ID takes no agent", async () => {
  const from = harness.vendors.speechify.requests.length;
  const words = blockText(await open("reassign outbound only to agent_H6", "No agent can be given to this"));
  expect(words).toContain("it is a verified caller ID, which only makes calls");
  expect(words).not.toContain("*After:*");
  expect(patchesSince(harness.vendors.speechify, from)).toEqual([]);
});

describe("numbers and agents with hostile names", () => {
  it("do not mention anybody in the list", async () => {
    const list = await answer("list hostile");
    expect(blockText(list)).toContain("&lt;!channel&gt;");
    expect(live(list)).toEqual([]);
  });

  it.each(hostile.map((name, at) => [name.slice(0, 40), at] as const))(
    "can be looked at, reassigned and renamed: %s",
    async (_name, at) => {
      const digits = `+1310555020${at}`;
      expect(live(await answer(`show ${digits}`))).toEqual([]);
      const other = `agent_H${(at + 1) % hostile.length}`;
      const view = await open(
        `reassign ${digits} to ${other} because ${hostile[at]?.slice(0, 200)}`,
        "After:",
      );
      expect(live(view)).toEqual([]);
      expect((await omar.options("agent", "")).length).toBe(hostile.length);
      await omar.submit();
      expect(live(await formSays(harness, omar, "Reassigned by"))).toEqual([]);
      const told = await toldInChannel(harness, "C0INCID01", digits.slice(-4));
      expect(live(told)).toEqual([]);
      expect(harness.vendors.speechify.effective(`phone_H${at}`).agentId).toBe(other);
      await open(`rename ${digits}`);
    },
  );

  it("can be read if their E.164 is invalid", async () => {
    const card = await answer("show no number at all");
    expect(blockText(card)).toContain("*No number at all* (&lt;!channel&gt;)");
    expect(live(card)).toEqual([]);
  });

  it("were all accepted by Slack, without a refused view or message", () => {
    // A form that ended is looked at once more a little later; on a slow machine the next one has its place by then.
    // Where the bot is no member, a result is tried there first, and then told by the `response_url`.
    const expected = new Set(["not_found", "not_in_channel"]);
    const refused = harness.slack.calls.filter(({ ok, error }) => !ok && !expected.has(error ?? ""));
    expect(refused.map(({ method, error }) => [method, error])).toEqual([]);
    expect(harness.slack.deliveries.filter(({ problem }) => problem && problem !== "not_sent")).toEqual([]);
  });
});

it("says what to do where no vendor is connected yet", async () => {
  const empty = await startHarness({ connected: [], logTo: quiet });
  try {
    const who = person(empty, "U0OPER001");
    for (const line of ["list", "show 0147", "connections", "history 0147"]) {
      const before = empty.slack.ephemerals("U0ADMIN01").length;
      await person(empty, "U0ADMIN01").command(line);
      const told = await empty.slack.eventually(line, () => empty.slack.ephemerals("U0ADMIN01").at(before));
      expect(blockText(told)).toContain("*No vendor account is connected yet*");
      expect(told.text).toContain("/number connect");
    }
    await opens(
      empty,
      who,
      async () => who.command("reassign 0147 to x"),
      "No vendor account is connected yet",
    );
  } finally {
    await empty.close();
  }
});
