import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { assistance, dispatch, incidents, roadside } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, toldAlone, toldInChannel } from "../../support/screen.ts";
import { change, newestChange } from "../../support/undo.ts";
import { blockText, buttonsOf, opens, patchesSince, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterEach(async () => {
  await harness.close();
});

const answers = () => harness.vendors.cartesia.effective(roadside).agentId;
const undo = async (line: string, words: string, channel = incidents) =>
  blockText(await opens(harness, omar, async () => omar.command(line, { channelId: channel }), words));

describe("a bare undo", () => {
  it("shows the caller's own last change in this conversation, even after a restart, and undoes it on submit", async () => {
    const mine = await change(harness, omar, "reassign roadside to dispatch because it loops");
    await change(harness, omar, 'rename claims to "Claims desk"', "C0VOICE01");
    await change(harness, person(harness, "U0ADMIN01"), "reassign fleet desk to dispatch");
    await harness.stopApp();
    await harness.startApp();
    const words = await undo("undo", "*After:*");
    expect(words).toContain(mine);
    expect(words).toContain("Why: it loops");
    expect(words).toContain("*Now:* *Dispatch* answers");
    expect(words).toContain("*After:* *Roadside assistance* answers");
    expect(answers()).toBe(dispatch);
    await omar.fillByLabel("Reason", "the night bot was no better");
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    expect(answers()).toBe(assistance);
    expect(await newestChange(harness)).toMatchObject({
      reason: "the night bot was no better",
      details: { undoes: mine, channel: incidents },
    });
  });

  it("undoes the undo when it is asked for once more", async () => {
    await change(harness, omar, "reassign roadside to dispatch");
    await undo("undo", "*After:*");
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    await undo("undo", "*After:* *Dispatch* answers");
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    expect(answers()).toBe(dispatch);
  });

  it("belongs to the incident that is open there, and says so", async () => {
    await change(harness, omar, "reassign roadside to dispatch");
    await omar.command("incident start INC-7 Roadside loops", { channelId: incidents });
    await onRecord(harness, { kind: "incident.started" });
    expect(await undo("undo", "*After:*")).toContain("Belongs to incident *INC-7*");
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    expect((await newestChange(harness))?.details).toMatchObject({ incident: "INC-7" });
  });

  it("says that there is none, and takes no other conversation's", async () => {
    await change(harness, omar, "reassign roadside to dispatch", "C0VOICE01");
    await undo("undo", "You have made no change in this conversation");
    expect(answers()).toBe(dispatch);
  });
});

describe("an undo by id", () => {
  it.each([
    ["of a change that does not exist", "undo chg_nothing", "There is no such change."],
    ["of a number that was not changed", "undo Roadside", "has made no change of this number"],
  ])("%s ends with a message", async (_what, line, words) => {
    await undo(line, words);
    expect((await harness.audit()).filter(({ kind }) => kind.startsWith("change."))).toEqual([]);
  });

  it("that is too long for one is refused at once", async () => {
    await omar.command(`undo ${"x".repeat(101)}`, { channelId: incidents });
    const told = await toldAlone(harness, "U0OPER001", "That is not a change id.");
    expect(told.text).toContain("Nothing was changed.");
  });

  it("of a refused change ends with a message", async () => {
    harness.vendors.cartesia.fault({ kind: "status", status: 400 }, { on: "write" });
    await omar.command("reassign roadside to dispatch", { channelId: incidents });
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    await formSays(harness, omar, "Couldn't reassign");
    const from = harness.vendors.cartesia.requests.length;
    const refused = await newestChange(harness);
    await undo(`undo ${refused?.changeId}`, "That change was refused, so there is nothing to undo.");
    expect(patchesSince(harness.vendors.cartesia, from)).toEqual([]);
  });

  it("of a change with an unknown outcome ends with a message, until it is known", async () => {
    harness.vendors.cartesia.fault({ kind: "drop-before" }, { on: "write" });
    await omar.command("reassign roadside to dispatch", { channelId: "C0VOICE01" });
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    await formSays(harness, omar, "Unknown whether");
    await toldInChannel(harness, "C0VOICE01", "Unknown whether");
    const unknown = await newestChange(harness);
    await undo(`undo ${unknown?.changeId}`, "Nobody knows yet whether that change took effect.");
    await harness.stopApp();
    harness.vendors.cartesia.clearFaults();
    harness.vendors.cartesia.changeNumber(roadside, { agent: { id: dispatch } });
    await harness.startApp();
    const settled = await toldInChannel(harness, "C0VOICE01", "It took effect");
    expect(buttonsOf(settled)).toEqual(["Undo", "Show", "History"]);
    const form = await opens(harness, omar, async () => omar.click("undo", { in: settled }), "*After:*");
    expect(blockText(form)).toContain("*After:* *Roadside assistance* answers");
  });

  it("is refused without permission, and recorded", async () => {
    const mine = await change(harness, omar, "reassign roadside to dispatch");
    const gus = person(harness, "U0GUEST01");
    await gus.command(`undo ${mine}`, { channelId: incidents });
    await formSays(harness, gus, "You may not change numbers here");
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: "U0GUEST01" });
    expect(answers()).toBe(dispatch);
  });
});

describe("an undo that is sent twice", () => {
  it("is one change", async () => {
    await change(harness, omar, "reassign roadside to dispatch");
    await undo("undo", "*After:*");
    const from = harness.vendors.cartesia.requests.length;
    const [{ delivery }] = await Promise.all([omar.submit(), omar.submit()]);
    await formSays(harness, omar, "confirmed by");
    await harness.slack.redeliver(delivery);
    await onRecord(harness, { kind: "change.refused", code: "already_requested" });
    await harness.stopApp();
    expect(patchesSince(harness.vendors.cartesia, from)).toHaveLength(1);
    expect((await harness.audit()).filter(({ kind }) => kind === "change.requested")).toHaveLength(2);
  });

  it("by two forms finds the second time that it is already restored", async () => {
    const mine = await change(harness, omar, "reassign roadside to dispatch");
    const ada = person(harness, "U0ADMIN01");
    await ada.command(`undo ${mine}`, { channelId: incidents });
    await formSays(harness, ada, "*After:*");
    await undo(`undo ${mine}`, "*After:*");
    const from = harness.vendors.cartesia.requests.length;
    await Promise.all([omar.submit(), ada.submit()]);
    await onRecord(harness, { kind: "change.refused", code: "nothing_to_change" });
    await harness.stopApp();
    expect(patchesSince(harness.vendors.cartesia, from)).toHaveLength(1);
  });
});

describe("the history and the card of a number", () => {
  it("restore a state that it had, whatever came after", async () => {
    const first = await change(harness, omar, "reassign roadside to dispatch");
    await change(harness, omar, "reassign roadside to holding message");
    await change(harness, omar, "detach roadside");
    await omar.command("history roadside", { channelId: incidents });
    const page = await toldAlone(harness, "U0OPER001", "History of");
    const offered = ["Undo", "Go back to this state"];
    expect(buttonsOf(page)).toEqual([...offered, ...offered, ...offered, "Show"]);
    await omar.click("restore", { in: page, value: first });
    const form = blockText(await formSays(harness, omar, "*After:*"));
    expect(form).toContain("*Now:* *nobody*");
    expect(form).toContain("*After:* *Dispatch* answers");
    await omar.submit();
    await formSays(harness, omar, "Goes back to the state after change");
    expect(answers()).toBe(dispatch);
    expect((await newestChange(harness))?.details).toMatchObject({ restores: first });
  });

  it("offer to undo the last change of the agent", async () => {
    await change(harness, omar, "reassign roadside to dispatch");
    await omar.command("show roadside", { channelId: incidents });
    const card = await toldAlone(harness, "U0OPER001", "answers now.");
    expect(buttonsOf(card)).toContain("Undo last change");
    await opens(harness, omar, async () => omar.click("undo", { in: card }), "*After:*");
  });
});
