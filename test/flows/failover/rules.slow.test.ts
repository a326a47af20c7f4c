import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, operator, voiceOps } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";

let harness: Harness;
let ada: SlackPerson;
let omar: SlackPerson;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + passedMs),
  });
  ada = person(harness, admin);
  omar = person(harness, operator);
});
afterEach(async () => {
  await harness.close();
});

const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

/** An admin adds the rule that Roadside and Fleet desk keep their agents. */
async function addRule(
  numbers = "Roadside\nFleet desk",
  count = "2",
  kind = { text: "At least this many keep an agent", value: "keep_agent" },
): Promise<void> {
  await ada.command("rules", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "No rules yet");
  await opens(harness, ada, async () => ada.click("rule:new", { in: list }), "Every change must follow it");
  await ada.fill("title", "Emergency lines");
  await ada.choose("kind", kind);
  await ada.fill("count", count);
  await ada.fill("numbers", numbers);
  await ada.submit();
}

async function detachRoadside(who: SlackPerson): Promise<void> {
  await who.command("detach Roadside because it loops", { channelId: voiceOps });
  await formSays(harness, who, "*After:*");
  await who.submit();
}

describe("a rule", () => {
  it("is added in a form, listed, and removed", async () => {
    await addRule();
    await formSays(harness, ada, "at least 2 keep an agent");
    expect(await onRecord(harness, { kind: "rule.set", userId: admin })).toMatchObject({
      outcome: "applied",
      details: { title: "Emergency lines", demand: "at least 2 keep an agent" },
    });
    await ada.command("rules", { channelId: voiceOps });
    const list = await toldAlone(harness, admin, "Emergency lines");
    expect(JSON.stringify(list)).toContain(
      "“Emergency lines” (at least 2 keep an agent) no longer stops any change.",
    );
    await ada.click("rule:remove", { in: list });
    await toldAlone(harness, admin, "The rule *Emergency lines* was removed");
    expect(await onRecord(harness, { kind: "rule.removed", userId: admin })).toBeDefined();
    await detachRoadside(omar);
    await onRecord(harness, { kind: "change.outcome" });
    expect(patches()).toBe(1);
  });

  const wait = { text: "Runs on the same number are this far apart", value: "wait" };
  const canary = { text: "At most this many in the first tier of a run", value: "canary_first" };
  it.each([
    [wait, "5m", "runs are 5 min apart"],
    [wait, "5", "Write a time of at most a day, such as 5m"],
    [wait, "2d", "Write a time of at most a day, such as 5m"],
    [canary, "3", "at most 3 in the first tier of a run"],
  ])("about runs is set in the form: %o %s", async (kind, count, words) => {
    await addRule("Roadside", count, kind);
    expect(textOf(await formSays(harness, ada, words))).toContain(words);
  });

  it.each([
    ["an unknown number", "Roadside\nNowhere", "2", "No number and no connection is called “Nowhere”"],
    ["a count that is none", "Roadside", "two", "Write a whole number of at least 1"],
  ])("keeps what was typed in the form with %s", async (_what, numbers, count, words) => {
    await addRule(numbers, count);
    const view = await formSays(harness, ada, words);
    expect(JSON.stringify(view)).toContain("Emergency lines");
    expect(await harness.audit()).not.toContainEqual(expect.objectContaining({ kind: "rule.set" }));
  });

  it("stops a change, and is overridden by name with a reason, told at once and reviewed later", async () => {
    await settle(harness, { protection: { on: true, minutes: 30, breakGlass: true } });
    await addRule();
    await formSays(harness, ada, "holds from now on");
    await detachRoadside(omar);
    await formSays(harness, omar, "“Emergency lines”: at least 2 must keep an agent, and this leaves 1.");
    await omar.click("rule:override");
    await formSays(harness, omar, "You take sole responsibility");
    await omar.submit();
    await omar.fill("reason", "callers hear silence");
    await omar.submit();
    await formSays(harness, omar, "You override *Emergency lines* until");
    expect(await onRecord(harness, { kind: "rule.overridden", userId: operator })).toMatchObject({
      reason: "callers hear silence",
      details: { title: "Emergency lines" },
    });
    await omar.click("open_form");
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    expect(textOf(await toldInChannel(harness, voiceOps, "Detached by"))).toContain("*by break-glass*");
    await toldDirectly(harness, admin, "in spite of a rule");
    expect(patches()).toBe(1);
    const change = (await harness.audit()).find(({ kind }) => kind === "change.requested");
    expect(change?.details).toMatchObject({ breakGlass: "yes", overrode: expect.stringMatching(/^rul_/u) });
    await ada.command("reviews", { channelId: voiceOps });
    const reviews = textOf(await toldAlone(harness, admin, "Roadside"));
    expect(reviews).toContain("1 change made in spite of it");
  });

  const kinds = [
    [{ text: "At least this many keep an agent", value: "keep_agent" }, "2"],
    [{ text: "Runs on the same number are this far apart", value: "wait" }, "5m"],
    [{ text: "At most this many in the first tier of a run", value: "canary_first" }, "1"],
  ] as const;
  it.each(kinds)("of any kind is on the list of reviews once it is overridden: %o", async (kind, count) => {
    await settle(harness, { protection: { on: true, minutes: 30, breakGlass: true } });
    await addRule("Roadside\nFleet desk", count, kind);
    await formSays(harness, ada, "holds from now on");
    await omar.command("rules", { channelId: voiceOps });
    const rules = await toldAlone(harness, operator, "Emergency lines");
    await opens(harness, omar, async () => omar.click("rule:override", { in: rules }), "Break glass");
    await omar.fill("reason", "callers hear silence");
    await omar.submit();
    const { changeId } = await onRecord(harness, { kind: "rule.overridden", userId: operator });
    await ada.command("reviews", { channelId: voiceOps });
    const list = await toldAlone(harness, admin, "1 use of break glass");
    expect(textOf(list)).toContain("overrode the rule *Emergency lines*");
    expect(textOf(list)).toContain("Why: callers hear silence");
    await ada.click("reviewed", { in: list });
    await toldAlone(harness, admin, "You reviewed the override of the rule *Emergency lines*");
    expect(await onRecord(harness, { kind: "breakglass.reviewed", userId: admin })).toMatchObject({
      changeId,
      details: { title: "Emergency lines" },
    });
    await ada.command("reviews", { channelId: voiceOps });
    await toldAlone(harness, admin, "No use of break glass is awaiting review");
  });

  it("holds again for everybody when an override is over, and always for others", async () => {
    await addRule();
    await formSays(harness, ada, "holds from now on");
    await ada.close();
    await ada.command("rules", { channelId: voiceOps });
    const list = await toldAlone(harness, admin, "Emergency lines");
    await opens(harness, ada, async () => ada.click("rule:override", { in: list }), "Break glass");
    await ada.fill("reason", "tried");
    await ada.submit();
    await formSays(harness, ada, "You override");
    await ada.close();
    await detachRoadside(omar);
    await formSays(harness, omar, "A rule does not allow this");
    await omar.close();
    passedMs = 16 * 60_000;
    await detachRoadside(ada);
    await formSays(harness, ada, "A rule does not allow this");
    expect(patches()).toBe(0);
  });

  it("cannot be overridden by an operator where the workspace does not allow break-glass", async () => {
    await addRule();
    await formSays(harness, ada, "holds from now on");
    await detachRoadside(omar);
    await formSays(harness, omar, "A rule does not allow this");
    await omar.click("rule:override");
    await formSays(harness, omar, "You may not override rules here");
    expect(patches()).toBe(0);
  });
});

describe("the gate", () => {
  it("is closed by an operator and opened by an admin, each with a reason", async () => {
    await omar.command("gate automation off", { channelId: voiceOps });
    await toldAlone(harness, operator, "Say why");
    await omar.command("gate automation off because the vendor migrates", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "Why: the vendor migrates");
    await omar.command("gate automation on because it is over", { channelId: voiceOps });
    await toldAlone(harness, operator, "that is for admins");
    await ada.command("gate automation on because it is over", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, `<@${admin}> turned it on`);
    const kinds = (await harness.audit()).map(({ kind }) => kind).filter((kind) => kind.startsWith("gate."));
    expect(kinds).toEqual(["gate.closed", "gate.opened"]);
    await ada.command("gate", { channelId: voiceOps });
    await toldAlone(harness, admin, "Automation is *on*");
  });

  it("says how to write the line", async () => {
    await omar.command("gate open", { channelId: voiceOps });
    const told = textOf(await toldAlone(harness, operator, "Say `automation on` or `automation off`"));
    expect(told).toContain("because …");
  });
});
