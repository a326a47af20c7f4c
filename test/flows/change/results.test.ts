import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { assistance, dispatch, holding } from "../../support/fixtures.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, buttonsOf, leftOut, opens, patchesSince, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia", "speechify"], logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterEach(() => {
  harness.slack.clearFailures();
});
afterAll(async () => {
  await harness.close();
});
const spa = "phone_01K4VX8D3N7T2QHMZ6R9YB00P3";
const open = async (line: string, words = "Now:", channelId = "C0INCID01") =>
  opens(harness, omar, async () => omar.command(line, { channelId }), words);

async function submit(words: string) {
  const { errors, trouble } = await omar.submit();
  expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
  return formSays(harness, omar, words);
}

/** How many messages everybody sees, and how many Omar alone. */
const said = (channelId: string) => ({
  channel: harness.slack.messages(channelId).length,
  alone: harness.slack.ephemerals("U0OPER001").length,
  direct: harness.slack.directMessages("U0OPER001").length,
});

describe("a change", () => {
  it("ends in the form and in one message with who, what, from, to, why, when, id and buttons", async () => {
    const before = said("C0INCID01");
    await open("reassign roadside to dispatch because callers hear <nonsense> & noise", "After:");
    const form = await submit("Reassigned by");
    const [requested, outcome] = (await harness.audit()).slice(-2);
    const why = "callers hear &lt;nonsense&gt; &amp; noise";
    for (const words of [
      ":white_check_mark: *Roadside* → *Dispatch* (was *Roadside assistance*)",
      "Reassigned by <@U0OPER001> · +1 214 555 0152 · cartesia demo",
      `Why: ${why}`,
      "confirmed by Cartesia <!date^",
      `change \`${requested?.changeId}\``,
    ]) {
      expect(blockText(form)).toContain(words);
    }
    const told = await harness.slack.eventually("the message", () =>
      harness.slack.messages("C0INCID01").at(before.channel),
    );
    expect(blockText(told)).toContain("*Roadside* → *Dispatch* (was *Roadside assistance*)");
    expect(blockText(told)).toContain(`Why: ${why}`);
    expect(told.text).toMatch(/^:white_check_mark: Roadside → Dispatch \(was Roadside assistance\)/u);
    expect(told.text).toContain(requested?.changeId);
    expect(leftOut(told)).toEqual([]);
    expect(buttonsOf(told)).toEqual(["Undo", "Show", "History"]);
    expect(said("C0INCID01")).toEqual({ ...before, channel: before.channel + 1 });
    expect(requested).toMatchObject({
      kind: "change.requested",
      reason: "callers hear <nonsense> & noise",
      before: { agent: assistance },
      wanted: { agent: dispatch },
    });
    expect(outcome).toMatchObject({
      kind: "change.outcome",
      outcome: "applied",
      after: { agent: dispatch },
    });
  });

  it.each([
    ["by chat.postMessage where the bot is a member", "C0VOICE01", { channel: 1, alone: 0, direct: 0 }],
    [
      "by direct message, with a word in the form, where it is not",
      "C0INCID01",
      { channel: 0, alone: 0, direct: 1 },
    ],
  ])("is told %s when the response_url is too old", async (_way, channelId, more) => {
    const before = said(channelId);
    await open('rename spa to "Spa A"', "After:", channelId);
    harness.slack.expireResponseUrls();
    await submit(more.direct ? "cannot post in <#C0INCID01>" : "Renamed by");
    const after = await harness.slack.eventually("a message", () => {
      const now = said(channelId);
      return now.channel + now.direct > before.channel + before.direct ? now : undefined;
    });
    expect(after).toEqual({
      channel: before.channel + more.channel,
      alone: before.alone + more.alone,
      direct: before.direct + more.direct,
    });
    expect((await harness.audit()).at(-1)).toMatchObject({ outcome: "applied" });
    harness.vendors.speechify.changeNumber(spa, { label: "Spa" });
  });

  it("says the result once in the conversation when its form was closed meanwhile", async () => {
    const before = said("C0INCID01");
    harness.vendors.speechify.fault({ kind: "delay", ms: 200 }, { on: "write", times: 1 });
    await open('rename spa to "Spa B"', "After:");
    await omar.submit();
    await omar.close();
    await harness.slack.eventually("the message", () => said("C0INCID01").channel > before.channel);
    expect(said("C0INCID01")).toEqual({ ...before, channel: before.channel + 1 });
  });
});

describe("a number that was changed while its form was open", () => {
  it("is a conflict: both states are shown, nothing is sent, and looking again works in the same conversation", async () => {
    const { cartesia } = harness.vendors;
    const from = cartesia.requests.length;
    await open("reassign dispatch south to holding message because of hail", "After:");
    cartesia.changeNumber("ap_T7c3Wn9Q", { agent: { id: assistance } });
    const conflict = await submit("while this form was open");
    expect(blockText(conflict)).toContain("You saw: *Dispatch*\nNow: *Roadside assistance*");
    expect(blockText(conflict)).toMatch(/Yours was not sent\.[^]*Id `[^`]+`/u);
    expect(patchesSince(cartesia, from)).toEqual([]);
    expect((await harness.audit()).at(-1)).toMatchObject({
      kind: "change.refused",
      problem: { code: "conflict" },
      reason: "of hail",
    });
    await omar.click("open_form");
    const again = await formSays(harness, omar, "After:");
    expect(blockText(again)).toContain("*Roadside assistance* → *Holding message*");
    expect(JSON.stringify(again.state.values)).toContain("of hail");
    const before = said("C0INCID01");
    await submit("Reassigned by");
    await harness.slack.eventually("the message", () => said("C0INCID01").channel > before.channel);
    expect(cartesia.effective("ap_T7c3Wn9Q").agentId).toBe(holding);
  });

  it("needs no change if it already became what was wanted", async () => {
    const { cartesia } = harness.vendors;
    const from = cartesia.requests.length;
    await open("reassign fleet desk to dispatch", "After:");
    cartesia.changeNumber("pn_H3k7Ry4N", { agent: { id: dispatch } });
    const words = blockText(await submit("already is as you want it"));
    expect(words).toContain("No request was sent to the vendor.");
    expect(patchesSince(cartesia, from)).toEqual([]);
    expect((await harness.audit()).at(-1)).toMatchObject({ problem: { code: "nothing_to_change" } });
  });

  it("is not a conflict if only an unaffected field changed", async () => {
    await open('rename claims to "Claims desk"', "After:");
    harness.vendors.cartesia.changeNumber("pn_F9g2Js8L", { agent: { id: dispatch } });
    await submit("Renamed by");
    expect(harness.vendors.cartesia.effective("pn_F9g2Js8L")).toEqual({
      agentId: dispatch,
      name: "Claims desk",
    });
  });
});
