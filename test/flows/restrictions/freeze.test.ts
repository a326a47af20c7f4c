import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { dispatch, teamId, voiceOps } from "../../support/fixtures.ts";
import { formState, press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { freezeAll } from "../../support/restrictions.ts";
import { pressStale, valueOf } from "../../support/present-message.ts";
import { buttonsOf } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const roadside = { numberId: "pn_B6d1Vz5H", seen: { agent: "agent_5kR9wXd8" } };
const oz = { id: "U0OZOPER1", name: "oz", tz: "Asia/Kolkata" };

let harness: Harness;
let omar: SlackPerson;
let ada: SlackPerson;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, oz] }],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + passedMs),
    approvalsEveryMs: 20,
  });
  omar = person(harness, "U0OPER001");
  ada = person(harness, "U0ADMIN01");
});
afterEach(async () => {
  await harness.close();
});

const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

/** Sends the form of a reassign, whatever any screen shows. */
async function reassignBy(userId: string): Promise<void> {
  const connectionId = harness.connections.cartesia?.id ?? "";
  const values = { number: `${connectionId}/${roadside.numberId}`, agent: dispatch };
  const metadata = formState("reassign", { ...roadside, connectionId });
  await sendInteraction(
    harness,
    submission({ userId, teamId }, { callbackId: "reassign", metadata, values }),
  );
}

function damage(sql: string): void {
  const database = openFile(harness.settings.databasePath);
  database.exec(sql);
  database.close();
}

async function freezes(who: SlackPerson, line: string): Promise<string> {
  const place = { channelId: voiceOps };
  const userId = who === ada ? "U0ADMIN01" : "U0OPER001";
  if (line.startsWith("all ")) await freezeAll(harness, userId, `freeze ${line}`, place);
  else await who.command(`freeze ${line}`, place);
  return textOf(await toldInChannel(harness, voiceOps, "frozen"));
}

describe("a frozen scope", () => {
  it.each([
    ["a number", "Roadside"],
    ["a connection", "cartesia demo"],
    ["a connection, said to be one", 'connection "cartesia demo"'],
    ["everything", "all"],
  ])("cannot be changed: %s", async (_what, named) => {
    const told = await freezes(omar, `${named} because the vendor looks at it`);
    expect(told).toContain("by <@U0OPER001> since");
    expect(told).toContain("Why: the vendor looks at it");
    await reassignBy("U0ADMIN01");
    const { problem, outcome } = await onRecord(harness, { kind: "change.refused", code: "frozen" });
    expect({ outcome, words: problem?.message }).toEqual({
      outcome: "refused",
      words: expect.stringContaining("Why: the vendor looks at it"),
    });
    expect(patches()).toBe(0);
    expect(await onRecord(harness, { kind: "freeze.set" })).toMatchObject({ outcome: "applied" });
  });

  it("leaves other numbers alone", async () => {
    await freezes(omar, "0107 because it is looked at");
    await reassignBy("U0OPER001");
    await onRecord(harness, { kind: "change.outcome" });
    expect(patches()).toBe(1);
  });

  it("shows who froze it, why and until when in a form that was opened before", async () => {
    await omar.command("reassign Roadside to Dispatch because it loops", { channelId: voiceOps });
    await formSays(harness, omar, "After:");
    await freezes(ada, "Roadside for 2h because we migrate");
    await omar.submit();
    const words = textOf(await formSays(harness, omar, "This number is frozen"));
    expect(words).toMatch(
      /by <@U0ADMIN01> since <!date\^[^>]+>, until <!date\^\d+\^[^>]+>\. Why: we migrate/u,
    );
    expect(words).toContain("Nothing was changed.");
    expect(patches()).toBe(0);
  });

  it("can be changed again after it expires, also after a restart", async () => {
    await freezes(omar, "Roadside for 2h because we migrate");
    await harness.stopApp();
    await harness.startApp();
    passedMs = 2 * 60 * 60_000 - 10_000;
    await reassignBy("U0OPER001");
    await onRecord(harness, { kind: "change.refused", code: "frozen" });
    passedMs = 2 * 60 * 60_000 + 10_000;
    await reassignBy("U0OPER001");
    await onRecord(harness, { kind: "change.outcome" });
    expect(patches()).toBe(1);
  });

  it("stays frozen if its expiry is invalid", async () => {
    await freezes(omar, "Roadside for 2h because it is looked at");
    damage("UPDATE freezes SET until = 'soon'");
    await reassignBy("U0OPER001");
    await onRecord(harness, { kind: "change.refused", code: "frozen" });
    expect(patches()).toBe(0);
  });

  // A database that lost a table takes no entry any more, so only the person and the log can be told.
  it.each(["freezes", "protections"])("cannot be changed if the table of %s is missing", async (table) => {
    damage(`DROP TABLE ${table}`);
    await reassignBy("U0OPER001");
    await toldDirectly(harness, "U0OPER001", "cannot read whether this number is frozen or protected");
    expect(patches()).toBe(0);
  });
});

describe("the line", () => {
  it("accepts a time of day in the person's own time zone", async () => {
    passedMs = Date.UTC(2027, 0, 4, 3) - Date.now();
    await freezeAll(harness, oz.id, "freeze all until 09:30 because we migrate", {
      channelId: voiceOps,
    });
    const { details } = await onRecord(harness, { kind: "freeze.set" });
    expect(details?.["until"]).toBe("2027-01-04T04:00:00.000Z");
  });

  it.each([
    ["freeze Roadside for 2h", "A freeze needs a reason"],
    ["freeze because it loops", "Say what to freeze"],
    ["freeze Roadside until tomorrow because it loops", "as a time"],
    ["freeze nosuchnumber because it loops", "No number and no connection is called"],
  ])("“%s” is answered with a message", async (line, words) => {
    await omar.command(line, { channelId: voiceOps });
    await toldAlone(harness, "U0OPER001", words);
    expect((await harness.audit()).filter(({ kind }) => kind === "freeze.set")).toEqual([]);
  });
});

describe("a freeze", () => {
  it("can be lifted by the person who set it, and then the number can be changed", async () => {
    await freezes(omar, "Roadside because we migrate");
    await omar.command("unfreeze roadside", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "<@U0OPER001> unfroze it");
    await reassignBy("U0OPER001");
    await onRecord(harness, { kind: "change.outcome" });
    expect(await onRecord(harness, { kind: "freeze.lifted" })).toMatchObject({ outcome: "applied" });
  });

  it("can be lifted by an admin with the button in the list", async () => {
    await freezes(omar, "all because we migrate");
    await ada.command("freeze", { channelId: voiceOps });
    const list = await toldAlone(harness, "U0ADMIN01", "all numbers");
    await ada.click("unfreeze", { in: list });
    const told = await toldInChannel(harness, voiceOps, "<@U0ADMIN01> unfroze it");
    expect(textOf(told)).toContain("we migrate");
  });

  it("is not lifted by a button under an earlier freeze of the same scope", async () => {
    await omar.command("freeze Roadside because we look", { channelId: voiceOps });
    const earlier = valueOf(await toldInChannel(harness, voiceOps, "we look"), "unfreeze");
    await omar.command("unfreeze Roadside", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "unfroze it");
    await omar.command("freeze Roadside because callers hear silence", { channelId: voiceOps });
    const newer = valueOf(await toldInChannel(harness, voiceOps, "callers hear silence"), "unfreeze");
    const lifted = async () => (await harness.audit()).filter(({ kind }) => kind === "freeze.lifted").length;
    await pressStale(harness, "U0OPER001", "unfreeze", earlier);
    await onRecord(harness, { kind: "action.refused", code: "not_found" });
    await toldDirectly(harness, "U0OPER001", "Frozen again by <@U0OPER001>");
    await reassignBy("U0OPER001");
    await onRecord(harness, { kind: "change.refused", code: "frozen" });
    expect(await lifted()).toBe(1);
    await pressStale(harness, "U0OPER001", "unfreeze", newer);
    await harness.slack.eventually("the newer freeze lifted", async () => (await lifted()) === 2);
  });

  it("is lifted by a button of an earlier version, which names only what is frozen", async () => {
    await freezes(omar, "Roadside because we migrate");
    const connectionId = harness.connections.cartesia?.id ?? "";
    await pressStale(harness, "U0OPER001", "unfreeze", `${connectionId}/${roadside.numberId}`);
    expect(await onRecord(harness, { kind: "freeze.lifted" })).toMatchObject({ outcome: "applied" });
  });

  it("cannot be lifted by anybody else, even with a forged click", async () => {
    await freezes(omar, "all because we migrate");
    for (const userId of [oz.id, "U0GUEST01"]) {
      await sendInteraction(harness, press({ userId, teamId }, "unfreeze", "/"));
      await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId });
    }
    await reassignBy(oz.id);
    expect(await onRecord(harness, { kind: "change.refused", code: "frozen" })).toBeDefined();
  });

  it("can be replaced only by people who could lift it", async () => {
    await freezes(ada, "all because we migrate");
    await omar.command("freeze all for 1m because I need it", { channelId: voiceOps });
    await toldAlone(harness, "U0OPER001", "It is already frozen");
    expect(await onRecord(harness, { kind: "action.refused", code: "not_allowed" })).toBeDefined();
  });

  it("of everything needs a confirmation with a count, and lasts an hour by default", async () => {
    await omar.command("freeze all because we migrate", { channelId: voiceOps });
    const question = await toldAlone(harness, "U0OPER001", "Freeze all numbers (6)?");
    expect(buttonsOf(question)).toEqual(["Freeze for 1 h", "Freeze until unfrozen", "Cancel"]);
    await omar.click("freeze_all:cancel", { in: question });
    await toldAlone(harness, "U0OPER001", "Nothing was frozen.");
    expect((await harness.audit()).filter(({ kind }) => kind === "freeze.set")).toEqual([]);
    await freezes(omar, "all because we migrate");
    const set = await onRecord(harness, { kind: "freeze.set" });
    const hours = (Date.parse(set.details?.["until"] ?? "") - Date.parse(set.at)) / 3_600_000;
    expect(hours).toBeCloseTo(1, 2);
    await omar.command("freeze all because we migrate on", { channelId: voiceOps });
    await omar.click("freeze_all:open", { in: await toldAlone(harness, "U0OPER001", "we migrate on") });
    await harness.slack.eventually("a freeze without end", async () =>
      (await harness.audit()).find(({ kind, details }) => kind === "freeze.set" && !details?.["until"]),
    );
    await omar.command("freeze all for 2h because we migrate", { channelId: voiceOps });
    expect(buttonsOf(await toldAlone(harness, "U0OPER001", "for 2 h?"))).toEqual(["Freeze all", "Cancel"]);
  });

  it("cannot be set by a guest", async () => {
    await person(harness, "U0GUEST01").command("freeze all because I can", { channelId: voiceOps });
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: "U0GUEST01" });
    await reassignBy("U0OPER001");
    await onRecord(harness, { kind: "change.outcome" });
    expect(patches()).toBe(1);
  });

  it("whose request is repeated after it was lifted freezes nothing", async () => {
    const delivery = await omar.command("freeze Roadside because we migrate", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "frozen");
    await omar.command("unfreeze Roadside", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "unfroze it");
    await harness.slack.redeliver(delivery);
    await onRecord(harness, { kind: "action.refused", code: "already_requested" });
    await reassignBy("U0OPER001");
    await onRecord(harness, { kind: "change.outcome" });
    expect(patches()).toBe(1);
  });

  it("that has expired is removed once, with its entry", async () => {
    await freezes(omar, "all for 2h because we migrate");
    await harness.stopApp();
    passedMs = 3 * 60 * 60_000;
    await harness.startApp();
    const entry = await onRecord(harness, { kind: "freeze.ended" });
    expect(entry).toMatchObject({ actor: { kind: "system" }, details: { title: "all numbers" } });
    await harness.stopApp();
    expect((await harness.audit()).filter(({ kind }) => kind === "freeze.ended")).toHaveLength(1);
  });

  it("is shown in list, show, the form and the App Home, and blocks submitting", async () => {
    await freezes(ada, "Roadside for 2h because we migrate");
    await omar.command("list Roadside", { channelId: voiceOps });
    await toldAlone(harness, "U0OPER001", ":snowflake: frozen");
    await omar.command("show Roadside", { channelId: voiceOps });
    await toldAlone(harness, "U0OPER001", "This number is frozen");
    await omar.openHome();
    await harness.slack.eventually("the App Home", () =>
      textOf(harness.slack.home(teamId, "U0OPER001")).includes("is frozen by <@U0ADMIN01>"),
    );
    await omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
    const form = await formSays(harness, omar, "This number is frozen");
    expect(JSON.stringify(form)).toContain('"submit":null');
    expect(textOf(form)).not.toContain("Break glass");
    await omar.click("open_form");
    await formSays(harness, omar, "Number");
  });
});
