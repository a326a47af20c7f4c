import { afterEach, beforeEach, expect, it } from "vitest";
import type { SandboxMessage, SandboxView, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import {
  assistance,
  holding,
  incidents,
  minute,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { pressMore, sendInteraction } from "../../support/forged-requests.ts";
import { chooseMore, menuEntries } from "./overflow.ts";
import { becomes, valueOf } from "../../support/present-message.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { blockText, buttonsOf, opens } from "../../support/words.ts";

const longId = `pn_${"x".repeat(41)}`;
const sender = { userId: operator, teamId };

let at: TemporaryChangeHarness;
let omar: SlackPerson;
beforeEach(async () => {
  at = await startTemporaryChangeHarness({
    accounts: (vendor) => {
      const account = demoAccount(vendor);
      if (vendor !== "cartesia") return account;
      const long = { id: longId, e164: "+14155550188", name: "Long line", agentId: assistance };
      return { ...account, numbers: [...account.numbers, long] };
    },
  });
  omar = person(at.harness, operator);
});
afterEach(async () => at.harness.close());

/** The labels of each row of a message or tab without those in its menu. */
const rowsOf = (shown: SandboxMessage | SandboxView): string[][] =>
  shown.blocks.map((block) => {
    const inMenu = menuEntries({ blocks: [block] }).length;
    const labels = buttonsOf({ blocks: [block] });
    return labels.slice(0, labels.length - inMenu);
  });

async function reminded(line?: string): Promise<SandboxMessage> {
  await at.reassign(line);
  at.pass(25 * minute);
  return toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
}

it("shows three buttons in a row at most, and the rest in a menu", async () => {
  const result = await at.reassign();
  at.pass(25 * minute);
  const reminder = await toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
  expect(buttonsOf(reminder)).toEqual(["Keep", "Extend 30 min", "Revert now", "Show", "History"]);
  await omar.command("show Roadside", { channelId: voiceOps });
  const card = await toldAlone(at.harness, operator, "answers now");
  await omar.command("status", { channelId: voiceOps });
  const status = await toldAlone(at.harness, operator, "Temporary changes");
  await omar.openHome();
  const home = await at.harness.slack.eventually("a home tab", () => at.harness.slack.home(teamId, operator));
  for (const shown of [result, reminder, card, status, home])
    for (const row of rowsOf(shown)) expect(row.length).toBeLessThanOrEqual(3);
  expect(JSON.stringify(reminder.blocks)).not.toContain('"style":"primary"');
});

it("keeps what detaches apart from the other buttons, in red, and asks first", async () => {
  await omar.command("show Roadside", { channelId: voiceOps });
  const card = await toldAlone(at.harness, operator, "answers now");
  const rows = card.blocks.map((block) => buttonsOf({ blocks: [block] })).filter(({ length }) => length > 0);
  expect(rows).toEqual([["Reassign", "History", "Rename", "Edit"], ["Detach"]]);
  const detach = JSON.stringify(card.blocks.at(-1));
  expect(detach).toContain('"style":"danger"');
  expect(detach).toContain('"title":{"type":"plain_text","text":"Detach Roadside (+1 214 555 0152)?"');
  expect(detach).toContain("Callers will reach nobody until someone assigns an agent.");
});

it("does for an entry of a menu what its button does", async () => {
  const reminder = await reminded();
  await chooseMore(omar, "History", reminder);
  await toldAlone(at.harness, operator, "History of *Roadside*");
  await omar.command("show Roadside", { channelId: voiceOps });
  const card = await toldAlone(at.harness, operator, "answers now");
  const form = await opens(at.harness, omar, async () => chooseMore(omar, "Rename", card), "*Now:*");
  expect(form.callback_id).toBe("rename");
});

it("finds a number again whose id does not fit into an entry, by the record and by what is kept", async () => {
  await omar.command('reassign "Long line" to Dispatch for 30m because it loops', { channelId: voiceOps });
  await formSays(at.harness, omar, "*Reverts*");
  await omar.submit();
  await formSays(at.harness, omar, "Reassigned by");
  await omar.close();
  at.pass(25 * minute);
  const reminder = await toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
  for (const { value } of menuEntries(reminder)) expect(value.length).toBeLessThanOrEqual(75);
  await chooseMore(person(at.harness, "U0ADMIN01"), "Show", reminder);
  await toldAlone(at.harness, "U0ADMIN01", "*Long line*");
  await omar.command('show "Long line"', { channelId: voiceOps });
  const card = await toldAlone(at.harness, operator, "answers now");
  const form = await opens(at.harness, omar, async () => chooseMore(omar, "Rename", card), "*Now:*");
  expect(blockText(form)).toContain("Long line");
});

it("takes an entry that changes something once, however often its request comes", async () => {
  const request = pressMore(sender, 'freeze_all {"reason":"tried"}');
  await sendInteraction(at.harness, request);
  await onRecord(at.harness, { kind: "freeze.set" });
  await sendInteraction(at.harness, request);
  await onRecord(at.harness, { kind: "action.refused", code: "already_requested" });
  expect((await at.harness.audit()).filter(({ kind }) => kind === "freeze.set")).toHaveLength(1);
});

it.each(["", "nonsense", "freeze_all>form_unknown", "show#chg_unknown"])(
  "says of a forged entry %j that it leads nowhere",
  async (value) => {
    await sendInteraction(at.harness, pressMore(sender, value));
    const told = await at.harness.slack.eventually("words", () =>
      at.harness.slack.directMessages(operator).at(0),
    );
    expect(textOf(told)).toMatch(/another version of Patchbay|out of date|no such change/u);
    expect((await at.harness.audit()).some(({ kind }) => kind === "freeze.set")).toBe(false);
  },
);

it("says so now when the entry of a menu is pressed that has gone from its message", async () => {
  const reminder = await reminded();
  await omar.click("keep_change", { in: reminder });
  const kept = await becomes(at.harness, reminder, "Kept by <@U0OPER001>");
  expect(menuEntries(kept)).toEqual([]);
  expect(buttonsOf(kept)).toEqual(["Show", "History"]);
  const value = valueOf(reminder, "end_change");
  await sendInteraction(at.harness, pressMore(sender, `end_change ${value}`));
  const told = await at.harness.slack.eventually("words", () =>
    at.harness.slack.directMessages(operator).at(0),
  );
  expect(textOf(told)).toContain("Kept by <@U0OPER001>");
  expect(at.patches()).toHaveLength(1);
});

it("offers to revert anyway what was not reverted because somebody changed the number", async () => {
  await at.reassign();
  at.harness.vendors.cartesia.changeNumber(roadside, { agent_id: holding });
  at.pass(31 * minute);
  const left = await toldInChannel(at.harness, voiceOps, "was *NOT reverted*: someone changed it since");
  expect(buttonsOf(left)).toEqual(["Revert anyway", "Show", "History"]);
  const form = await opens(
    at.harness,
    omar,
    async () => omar.click("undo_anyway", { in: left }),
    "*After:* *Roadside assistance*",
  );
  expect(blockText(form)).toContain("*Holding message*");
  expect(at.answers()).toBe(holding);
  await omar.submit();
  await formSays(at.harness, omar, "Undoes change");
  expect(at.answers()).toBe(assistance);
  const done = await becomes(at.harness, left, "Undone by <@U0OPER001>");
  expect(buttonsOf(done)).toEqual(["Show", "History"]);
});

it("keeps the button that reverts anyway while a newer change of Patchbay's stands", async () => {
  await at.reassign();
  await omar.command('reassign Roadside to "Holding message" because it stays', { channelId: incidents });
  await formSays(at.harness, omar, "*After:*");
  await omar.submit();
  await formSays(at.harness, omar, "Reassigned by");
  at.pass(31 * minute);
  const said = at.harness.slack.messages(voiceOps).filter((one) => textOf(one).includes("NOT reverted"));
  for (const one of said) expect(buttonsOf(one)).toContain("Revert anyway");
});
