import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { becomes, pressStale, valueOf } from "../../support/present-message.ts";
import { protectNumber, freezeAll } from "../../support/restrictions.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { buttonsOf, opens, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
let ada: SlackPerson;
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    logTo: quiet,
    outboxEveryMs: 20,
    approvalsEveryMs: 20,
    now: () => new Date(Date.now() + aheadMs),
  });
  omar = person(harness, operator);
  ada = person(harness, admin);
});
afterEach(async () => harness.close());

/** Sends a form that a line fills in, and gives the message that notified of it. */
async function sends(who: SlackPerson, line: string, words = "Reassigned by"): Promise<SandboxMessage> {
  const known = new Set(harness.slack.messages(voiceOps).map(({ ts }) => ts));
  await opens(harness, who, async () => who.command(line, { channelId: voiceOps }), "*After:*");
  await who.submit();
  const told = await harness.slack.eventually(`a message that says ${words}`, () =>
    harness.slack.messages(voiceOps).find((each) => !known.has(each.ts) && textOf(each).includes(words)),
  );
  while (who.view()) await who.close();
  return told;
}

/** The history of the number, which only this person sees and nobody updates. */
async function historyOf(who: SlackPerson): Promise<SandboxMessage> {
  await who.command("history Roadside", { channelId: voiceOps });
  return toldAlone(harness, operator, "*Dispatch*");
}

// E13
it("removes Undo from a result that was undone, and tells a late click who undid it", async () => {
  const result = await sends(omar, "reassign Roadside to Dispatch");
  const changeId = valueOf(result, "undo");
  const history = await historyOf(omar);
  await sends(ada, `undo ${changeId}`, "Undoes change");
  const now = await becomes(harness, result, /Undone by <@U0ADMIN01>.*<!date\^.*chg_/u);
  expect(buttonsOf(now)).toEqual(["Show", "History"]);
  await omar.click("undo", { in: history, value: changeId });
  const form = await formSays(harness, omar, "Undone by <@U0ADMIN01>");
  expect(textOf(form)).toContain("Nothing to undo");
});

// E13
it("says that a change was undone although the number is the same again since", async () => {
  const first = await sends(omar, "reassign Roadside to Dispatch");
  const changeId = valueOf(first, "undo");
  const history = await historyOf(omar);
  await sends(ada, `undo ${changeId}`, "Undoes change");
  await sends(omar, "reassign Roadside to Dispatch");
  await omar.click("undo", { in: history, value: changeId });
  const form = await formSays(harness, omar, "Undone by <@U0ADMIN01>");
  expect(textOf(form)).toContain("*After:*");
});

// E13
it("removes Undo from a result that a newer change has superseded", async () => {
  const first = await sends(omar, "reassign Roadside to Dispatch");
  const second = await sends(ada, "reassign Roadside to Holding message");
  const now = await becomes(harness, first, "Superseded by a newer change by <@U0ADMIN01>");
  expect(buttonsOf(now)).toEqual(["Show", "History"]);
  expect(buttonsOf(second)).toEqual(["Undo", "Show", "History"]);
});

// E13
it("tells the second of two people with the same undo who was first", async () => {
  const changeId = valueOf(await sends(omar, "reassign Roadside to Dispatch"), "undo");
  for (const who of [omar, ada])
    await opens(
      harness,
      who,
      async () => who.command(`undo ${changeId}`, { channelId: voiceOps }),
      "*After:*",
    );
  await Promise.all([omar.submit(), ada.submit()]);
  const undo = await harness.slack.eventually("an undo", async () =>
    (await harness.audit()).find(({ kind, details }) => kind === "change.requested" && details?.["undoes"]),
  );
  const winner = undo.actor.kind === "user" ? undo.actor.userId : "";
  const form = await formSays(harness, winner === operator ? ada : omar, `Already made by <@${winner}>`);
  expect(textOf(form)).toContain("No request was sent to the vendor.");
});

// E13
it("removes Try again once the change was made, and its form says by whom", async () => {
  harness.vendors.cartesia.fault({ kind: "status", status: 422 }, { on: "write" });
  const refused = await sends(omar, "reassign Roadside to Dispatch", "Couldn't reassign");
  harness.vendors.cartesia.clearFaults();
  harness.slack.fail("chat.update", { error: "internal_error" });
  await sends(ada, "reassign Roadside to Dispatch");
  await omar.click("open_form", { in: refused });
  await formSays(harness, omar, "Already made by <@U0ADMIN01>");
  harness.slack.clearFailures();
  const now = await becomes(harness, refused, /Already made by <@U0ADMIN01>.*<!date\^/u);
  expect(buttonsOf(now)).toEqual(["Show", "History"]);
});

// E13
it("removes Unfreeze from every message about a freeze, however it ended, and tells a late click how", async () => {
  await omar.command("freeze Roadside because the vendor looks", { channelId: voiceOps });
  const first = await toldInChannel(harness, voiceOps, "the vendor looks");
  const value = valueOf(first, "unfreeze");
  await omar.command("freeze Roadside for 2m because it is worse", { channelId: voiceOps });
  const second = await toldInChannel(harness, voiceOps, "it is worse");
  expect(buttonsOf(await becomes(harness, first, "Frozen again by <@U0OPER001>"))).toEqual([]);
  expect(buttonsOf(second)).toEqual(["Unfreeze"]);
  aheadMs += 3 * 60_000;
  expect(buttonsOf(await becomes(harness, second, "The freeze expired"))).toEqual([]);
  await pressStale(harness, operator, "unfreeze", value);
  await toldDirectly(harness, operator, "The freeze expired");
  await omar.command("freeze Roadside because once more", { channelId: voiceOps });
  const third = await toldInChannel(harness, voiceOps, "once more");
  await ada.command("unfreeze Roadside", { channelId: voiceOps });
  expect(buttonsOf(await becomes(harness, third, /Unfrozen by <@U0ADMIN01>.*<!date\^/u))).toEqual([]);
  await pressStale(harness, operator, "unfreeze", value);
  await toldDirectly(harness, operator, "Unfrozen by <@U0ADMIN01>");
});

// E13
it("tells the second of two people who unfreeze a connection or everything who was first", async () => {
  await freezeAll(harness, admin, "freeze all because we migrate", { channelId: voiceOps });
  const all = await toldInChannel(harness, voiceOps, "we migrate");
  const value = valueOf(all, "unfreeze");
  await ada.click("unfreeze", { in: all });
  expect(buttonsOf(await becomes(harness, all, "Unfrozen by <@U0ADMIN01>"))).toEqual([]);
  await pressStale(harness, operator, "unfreeze", value);
  await toldDirectly(harness, operator, "Unfrozen by <@U0ADMIN01>");
});

// E13
it("says who ended an incident if it is ended again", async () => {
  await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
  const started = await toldInChannel(harness, voiceOps, "*INC-7*");
  await Promise.all([
    pressStale(harness, operator, "incident:end", "INC-7"),
    pressStale(harness, admin, "incident:end", "INC-7"),
  ]);
  const { actor } = await onRecord(harness, { kind: "incident.ended" });
  const winner = actor.kind === "user" ? actor.userId : "";
  await toldDirectly(harness, winner === operator ? admin : operator, `Ended by <@${winner}>`);
  expect(buttonsOf(await becomes(harness, started, `was ended by <@${winner}>`))).not.toContain("End");
});

// E13
it("says who unprotected a number if it is unprotected again", async () => {
  await protectNumber(harness, roadside);
  const connectionId = harness.connections.cartesia?.id ?? "";
  const scope = `${connectionId}/${roadside}`;
  await pressStale(harness, admin, "unprotect", scope);
  await onRecord(harness, { kind: "protection.lifted" });
  await pressStale(harness, admin, "unprotect", scope);
  const told = await toldDirectly(harness, admin, "Unprotected by <@U0ADMIN01>");
  expect(textOf(told)).toContain("Nothing was changed.");
});

// E13
it("says who reviewed a break-glass change if it is reviewed again", async () => {
  await protectNumber(harness, roadside, { breakGlass: true });
  await omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await formSays(harness, omar, "Break glass");
  await omar.click("break_glass");
  await formSays(harness, omar, "You take sole responsibility");
  await omar.fill("reason", "callers are waiting");
  await omar.submit();
  const { changeId = "" } = await onRecord(harness, { kind: "change.outcome" });
  await pressStale(harness, admin, "reviewed", changeId);
  await onRecord(harness, { kind: "breakglass.reviewed" });
  await pressStale(harness, admin, "reviewed", changeId);
  const told = await toldDirectly(harness, admin, "Reviewed by <@U0ADMIN01>");
  expect(textOf(told)).toContain("Nothing was changed.");
});

// E13
it("leaves a shared message unchanged, and replies privately", async () => {
  await omar.command("freeze Roadside because the vendor looks", { channelId: voiceOps });
  const frozen = await toldInChannel(harness, voiceOps, "the vendor looks");
  await omar.click("unfreeze", { in: frozen });
  const now = await becomes(harness, frozen, "Unfrozen by <@U0OPER001>");
  expect(textOf(now)).toContain("the vendor looks");
  await toldInChannel(harness, voiceOps, "can be changed again");
  await omar.command("freeze", { channelId: voiceOps });
  await toldAlone(harness, operator, "Nothing is frozen");
});

// E13
it("says who disconnected a connection if it is disconnected again", async () => {
  const { id } = await harness.connect("dialnexa");
  await pressStale(harness, admin, "disconnect", id);
  await onRecord(harness, { kind: "connection.removed" });
  await pressStale(harness, admin, "disconnect", id);
  const told = await toldDirectly(harness, admin, "Disconnected by <@U0ADMIN01>");
  expect(textOf(told)).toContain("Nothing was changed.");
});
