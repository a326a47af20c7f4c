import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { teamId, voiceOps } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { freezeAll } from "../../support/restrictions.ts";
import { pressStale, valueOf } from "../../support/present-message.ts";
import { buttonsOf } from "../../support/words.ts";
import { oz, roadside, startFreezeHarness, type FreezeHarness } from "./freeze-harness.ts";

let at: FreezeHarness;
beforeEach(async () => {
  at = await startFreezeHarness();
});
afterEach(async () => {
  await at.harness.close();
});

describe("the line", () => {
  it("accepts a time of day in the person's own time zone", async () => {
    at.passedMs = Date.UTC(2027, 0, 4, 3) - Date.now();
    await freezeAll(at.harness, oz.id, "freeze all until 09:30 because we migrate", {
      channelId: voiceOps,
    });
    const { details } = await onRecord(at.harness, { kind: "freeze.set" });
    expect(details?.["until"]).toBe("2027-01-04T04:00:00.000Z");
  });

  it.each([
    ["freeze Roadside for 2h", "A freeze needs a reason"],
    ["freeze because it loops", "Say what to freeze"],
    ["freeze Roadside until tomorrow because it loops", "as a time"],
    ["freeze nosuchnumber because it loops", "No number and no connection is called"],
  ])("“%s” is answered with a message", async (line, words) => {
    await at.omar.command(line, { channelId: voiceOps });
    await toldAlone(at.harness, "U0OPER001", words);
    expect((await at.harness.audit()).filter(({ kind }) => kind === "freeze.set")).toEqual([]);
  });
});

describe("a freeze", () => {
  it("can be lifted by the person who set it, and then the number can be changed", async () => {
    await at.freezes(at.omar, "Roadside because we migrate");
    await at.omar.command("unfreeze roadside", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "<@U0OPER001> unfroze it");
    await at.reassignBy("U0OPER001");
    await onRecord(at.harness, { kind: "change.outcome" });
    expect(await onRecord(at.harness, { kind: "freeze.lifted" })).toMatchObject({ outcome: "applied" });
  });

  it("can be lifted by an admin with the button in the list", async () => {
    await at.freezes(at.omar, "all because we migrate");
    await at.ada.command("freeze", { channelId: voiceOps });
    const list = await toldAlone(at.harness, "U0ADMIN01", "all numbers");
    await at.ada.click("unfreeze", { in: list });
    const told = await toldInChannel(at.harness, voiceOps, "<@U0ADMIN01> unfroze it");
    expect(textOf(told)).toContain("we migrate");
  });

  it("is not lifted by a button under an earlier freeze of the same scope", async () => {
    await at.omar.command("freeze Roadside because we look", { channelId: voiceOps });
    const earlier = valueOf(await toldInChannel(at.harness, voiceOps, "we look"), "unfreeze");
    await at.omar.command("unfreeze Roadside", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "unfroze it");
    await at.omar.command("freeze Roadside because callers hear silence", { channelId: voiceOps });
    const newer = valueOf(await toldInChannel(at.harness, voiceOps, "callers hear silence"), "unfreeze");
    const lifted = async () =>
      (await at.harness.audit()).filter(({ kind }) => kind === "freeze.lifted").length;
    await pressStale(at.harness, "U0OPER001", "unfreeze", earlier);
    await onRecord(at.harness, { kind: "action.refused", code: "not_found" });
    await toldDirectly(at.harness, "U0OPER001", "Frozen again by <@U0OPER001>");
    await at.reassignBy("U0OPER001");
    await onRecord(at.harness, { kind: "change.refused", code: "frozen" });
    expect(await lifted()).toBe(1);
    await pressStale(at.harness, "U0OPER001", "unfreeze", newer);
    await at.harness.slack.eventually("the newer freeze lifted", async () => (await lifted()) === 2);
  });

  it("is lifted by a button of an earlier version, which names only what is frozen", async () => {
    await at.freezes(at.omar, "Roadside because we migrate");
    const connectionId = at.harness.connections.cartesia?.id ?? "";
    await pressStale(at.harness, "U0OPER001", "unfreeze", `${connectionId}/${roadside.numberId}`);
    expect(await onRecord(at.harness, { kind: "freeze.lifted" })).toMatchObject({ outcome: "applied" });
  });

  it("cannot be lifted by anybody else, even with a forged click", async () => {
    await at.freezes(at.omar, "all because we migrate");
    for (const userId of [oz.id, "U0GUEST01"]) {
      await sendInteraction(at.harness, press({ userId, teamId }, "unfreeze", "/"));
      await onRecord(at.harness, { kind: "action.refused", code: "not_allowed", userId });
    }
    await at.reassignBy(oz.id);
    expect(await onRecord(at.harness, { kind: "change.refused", code: "frozen" })).toBeDefined();
  });

  it("can be replaced only by people who could lift it", async () => {
    await at.freezes(at.ada, "all because we migrate");
    await at.omar.command("freeze all for 1m because I need it", { channelId: voiceOps });
    await toldAlone(at.harness, "U0OPER001", "It is already frozen");
    expect(await onRecord(at.harness, { kind: "action.refused", code: "not_allowed" })).toBeDefined();
  });

  it("of everything needs a confirmation with a count, and lasts an hour by default", async () => {
    await at.omar.command("freeze all because we migrate", { channelId: voiceOps });
    const question = await toldAlone(at.harness, "U0OPER001", "Freeze all numbers (6)?");
    expect(buttonsOf(question)).toEqual(["Freeze for 1 h", "Freeze until unfrozen", "Cancel"]);
    await at.omar.click("freeze_all:cancel", { in: question });
    await toldAlone(at.harness, "U0OPER001", "Nothing was frozen.");
    expect((await at.harness.audit()).filter(({ kind }) => kind === "freeze.set")).toEqual([]);
    await at.freezes(at.omar, "all because we migrate");
    const set = await onRecord(at.harness, { kind: "freeze.set" });
    const hours = (Date.parse(set.details?.["until"] ?? "") - Date.parse(set.at)) / 3_600_000;
    expect(hours).toBeCloseTo(1, 2);
    await at.omar.command("freeze all because we migrate on", { channelId: voiceOps });
    await at.omar.click("freeze_all:open", { in: await toldAlone(at.harness, "U0OPER001", "we migrate on") });
    await at.harness.slack.eventually("a freeze without end", async () =>
      (await at.harness.audit()).find(({ kind, details }) => kind === "freeze.set" && !details?.["until"]),
    );
    await at.omar.command("freeze all for 2h because we migrate", { channelId: voiceOps });
    expect(buttonsOf(await toldAlone(at.harness, "U0OPER001", "for 2 h?"))).toEqual(["Freeze all", "Cancel"]);
  });

  it("cannot be set by a guest", async () => {
    await person(at.harness, "U0GUEST01").command("freeze all because I can", { channelId: voiceOps });
    await onRecord(at.harness, { kind: "action.refused", code: "not_allowed", userId: "U0GUEST01" });
    await at.reassignBy("U0OPER001");
    await onRecord(at.harness, { kind: "change.outcome" });
    expect(at.patches()).toBe(1);
  });

  it("whose request is repeated after it was lifted freezes nothing", async () => {
    const delivery = await at.omar.command("freeze Roadside because we migrate", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "frozen");
    await at.omar.command("unfreeze Roadside", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "unfroze it");
    await at.harness.slack.redeliver(delivery);
    await onRecord(at.harness, { kind: "action.refused", code: "already_requested" });
    await at.reassignBy("U0OPER001");
    await onRecord(at.harness, { kind: "change.outcome" });
    expect(at.patches()).toBe(1);
  });

  it("that has expired is removed once, with its entry", async () => {
    await at.freezes(at.omar, "all for 2h because we migrate");
    await at.harness.stopApp();
    at.passedMs = 3 * 60 * 60_000;
    await at.harness.startApp();
    const entry = await onRecord(at.harness, { kind: "freeze.ended" });
    expect(entry).toMatchObject({ actor: { kind: "system" }, details: { title: "all numbers" } });
    await at.harness.stopApp();
    expect((await at.harness.audit()).filter(({ kind }) => kind === "freeze.ended")).toHaveLength(1);
  });

  it("is shown in list, show, the form and the App Home, and blocks submitting", async () => {
    await at.freezes(at.ada, "Roadside for 2h because we migrate");
    await at.omar.command("list Roadside", { channelId: voiceOps });
    await toldAlone(at.harness, "U0OPER001", ":snowflake: frozen");
    await at.omar.command("show Roadside", { channelId: voiceOps });
    await toldAlone(at.harness, "U0OPER001", "This number is frozen");
    await at.omar.openHome();
    await at.harness.slack.eventually("the App Home", () =>
      textOf(at.harness.slack.home(teamId, "U0OPER001")).includes("is frozen by <@U0ADMIN01>"),
    );
    await at.omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
    const form = await formSays(at.harness, at.omar, "This number is frozen");
    expect(JSON.stringify(form)).toContain('"submit":null');
    expect(textOf(form)).not.toContain("Break glass");
    await at.omar.click("open_form");
    await formSays(at.harness, at.omar, "Number");
  });
});
