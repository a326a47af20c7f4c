import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { startAdminAndOperator } from "../../support/admin-and-operator.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { openSettings, savedSettings, showTopic } from "../installation/settings-topics.ts";
import { change } from "../../support/undo.ts";
import { blockText, buttonsOf, leftOut, opens } from "../../support/words.ts";

let harness: Harness;
let ada: SlackPerson;
let omar: SlackPerson;
beforeEach(async () => {
  ({ harness, ada, omar } = await startAdminAndOperator());
});
afterEach(async () => harness.close());

/** Submits the form and expects it to stay as it is, with words at one of its fields. */
async function sentBack(who: SlackPerson, field: string, words: string): Promise<void> {
  const before = who.view();
  const { errors } = await who.submit();
  expect(Object.keys(errors ?? {})).toEqual([field]);
  expect(errors?.[field]).toContain(words);
  expect(who.view()?.id).toBe(before?.id);
  // Whatever the app would draw over it is drawn before this is answered.
  const told = harness.slack.ephemerals(who === ada ? "U0ADMIN01" : "U0OPER001").length;
  await who.command("list", { channelId: voiceOps });
  await harness.slack.eventually(
    "an answer to what was asked after it",
    () => harness.slack.ephemerals(who === ada ? "U0ADMIN01" : "U0OPER001").length > told,
  );
  expect(blockText(who.view())).toBe(blockText(before));
}

// E1
describe("the settings keep what was typed", () => {
  it.each([
    ["approval_minutes", "3", "Enter a whole number from 5 to 1440."],
    ["approval_minutes", "many", "Enter a whole number from 5 to 1440."],
    ["reason_pattern", "###(((", "Use letters, digits"],
    ["reason_pattern", "INC", "Put a #"],
  ])("where %s is %s", async (field, typed, words) => {
    await openSettings(harness, ada);
    await showTopic(harness, ada, "channels");
    await ada.choose("announcements", { text: "voice-ops", value: voiceOps });
    await showTopic(harness, ada, field === "reason_pattern" ? "reasons" : "approvals");
    await ada.fill(field, typed);
    await sentBack(ada, field, words);
    await ada.fill(field, field === "reason_pattern" ? "INC-#" : "15");
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
    expect(await savedSettings(harness)).toMatchObject({ announcementsChannelId: voiceOps });
  });

  it("if nobody could change them afterwards", async () => {
    await openSettings(harness, ada);
    await ada.choose("admin_by", { text: "", value: "slackAdmins" });
    await ada.choose("admin_people", { text: "gus", value: "U0GUEST01" });
    await showTopic(harness, ada, "reasons");
    await ada.fill("reason_pattern", "OPS-#");
    await ada.submit();
    const again = await formSays(harness, ada, "Nobody could change the settings");
    expect(again.callback_id).toBe("settings");
    expect(JSON.stringify(again.blocks)).toContain('"initial_value":"OPS-#"');
    const roles = await showTopic(harness, ada, "roles");
    expect(JSON.stringify(roles.blocks)).toContain('"initial_users":["U0GUEST01"]');
    await ada.choose("admin_people", { text: "ada", value: "U0ADMIN01" });
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
  });

  it("if somebody else has saved meanwhile, and show what differs", async () => {
    await openSettings(harness, ada);
    await showTopic(harness, ada, "channels");
    await showTopic(harness, ada, "reasons");
    await ada.fill("reason_pattern", "OPS-#");
    await harness.infra.store
      .workspace("T0PATCH01")
      .settings.write(
        { announcementsChannelId: voiceOps },
        { actor: { kind: "cli", osUser: "test" }, requestId: "t", details: { before: "{}", after: "{}" } },
      );
    await ada.submit();
    const again = await formSays(harness, ada, "Someone changed the settings");
    expect(blockText(again)).toContain("differ in: announcements, reasons");
    expect(JSON.stringify(again.blocks)).toContain('"initial_value":"OPS-#"');
    await sentBack(ada, "settings_replace", "required");
    await ada.choose("settings_replace", { text: "", value: "yes" });
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
  });
});

// E2
describe("a change form keeps what was typed", () => {
  it("if its incident is unknown, and lists the open ones", async () => {
    await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "*INC-7*");
    const form = await opens(
      harness,
      omar,
      async () => omar.command("reassign 0152 to Dispatch incident INC-42 because x"),
      "*After:*",
    );
    expect(blockText(form)).toContain("There is no incident INC-42. Open now: INC-7");
    await sentBack(omar, "incident", "There is no incident INC-42. Open now: INC-7");
    await omar.fill("incident", "not a key");
    await sentBack(omar, "incident", "Open now: INC-7");
    await omar.fill("incident", "inc-7");
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    expect((await onRecord(harness, { kind: "change.requested" })).details?.["incident"]).toBe("INC-7");
  });

  it.each([
    ["detach 0152", "*Now:*"],
    ["rename 0152 to Other", "*After:*"],
  ])("whatever it changes: %s", async (line, words) => {
    await opens(harness, omar, async () => omar.command(`${line} incident INC-42`), words);
    await sentBack(omar, "incident", "There is no incident INC-42. None is open");
    expect(await harness.audit()).not.toContainEqual(expect.objectContaining({ kind: "change.requested" }));
  });

  it("and reports all its errors at once", async () => {
    await opens(harness, omar, async () => omar.command("edit 0152 incident INC-42"), "*Now:*");
    const { errors = {} } = await omar.submit();
    expect(Object.values(errors)).toEqual([
      "Change at least one field.",
      expect.stringContaining("There is no incident INC-42."),
    ]);
  });

  it.each(["reassign 0152 to Dispatch", "undo"])(
    "if the workspace has required a reason since it was opened: %s",
    async (line) => {
      await change(harness, omar, "reassign 0152 to Dispatch", voiceOps);
      await omar.close();
      await change(harness, omar, 'reassign 0152 to "Holding message"', voiceOps);
      await omar.close();
      await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), "*After:*");
      await harness.infra.store
        .workspace("T0PATCH01")
        .settings.write(
          { reason: { required: true, pattern: "INC-#" } },
          { actor: { kind: "cli", osUser: "test" }, requestId: "t", details: { before: "{}", after: "{}" } },
        );
      await sentBack(omar, "reason", "requires a reason");
      await omar.fill("reason", "INC-1 it loops");
      await omar.submit();
      expect(textOf(await formSays(harness, omar, "confirmed by"))).toContain("Why: INC-1 it loops");
    },
  );

  it("offers the same form with what was typed if the vendor refuses the change", async () => {
    await opens(
      harness,
      omar,
      async () => omar.command("reassign 0152 to Dispatch because of the fair"),
      "*After:*",
    );
    harness.vendors.cartesia.deleteAgent("agent_7hN4pZc2");
    await omar.submit();
    const refused = await formSays(harness, omar, "Nothing was changed");
    expect(buttonsOf(refused)).toEqual(["Back to the form"]);
    await omar.click("open_form");
    const again = await formSays(harness, omar, "*Now:*");
    expect(JSON.stringify(again.blocks)).toContain('"initial_value":"of the fair"');
  });
});

// E2
describe("the form that starts an incident keeps what was typed", () => {
  it.each([
    ["not a key", "letters, digits"],
    ["INC-7", "INC-7 was started before and is open"],
    ["INC-8", "INC-7 is open in this conversation"],
  ])("where the key is %s", async (key, words) => {
    await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
    const { ts } = await toldInChannel(harness, voiceOps, "*INC-7*");
    const message = { channelId: voiceOps, ts, text: "x" };
    await opens(harness, omar, async () => omar.messageShortcut("start_incident", message), "belong to it");
    await omar.fill("key", key);
    await omar.fill("title", "My own title");
    await sentBack(omar, "key", words);
    expect((await harness.audit()).filter(({ kind }) => kind === "incident.started")).toHaveLength(1);
  });
});

// E1
it.each([
  ["rename", "U0OPER001", { verb: "x" }, "name"],
  // Before settings had topics, one form showed them all.
  ["settings", "U0ADMIN01", { from: {}, revision: 0, withGroups: false }, "reason_pattern"],
])("keeps a %s form of another version, with an error at its first field", async (...row) => {
  const [callbackId, userId, metadata, field] = row;
  const crafted = submission(
    { userId, teamId: "T0PATCH01" },
    { callbackId, metadata, values: { [field]: "A" } },
  );
  const { status, body } = await sendInteraction(harness, crafted);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({
    response_action: "errors",
    errors: { [`${field}:crafted`]: expect.stringContaining("This form is not one") },
  });
});

// E1
it.each([
  ["freeze 0152", "A freeze needs a reason"],
  ["freeze 0152 for 90 days because x", "at most 30 days"],
  ["incident start no_key! Calls drop", "letters, digits"],
  ["incident end INC-9", "There is no incident INC-9"],
])("returns an invalid line for correction: %s", async (line, words) => {
  await omar.command(line, { channelId: voiceOps });
  const told = await toldAlone(harness, "U0OPER001", "You typed: /number");
  expect(textOf(told)).toContain(words);
  expect(textOf(told).replaceAll("\u2060", "")).toContain(`You typed: /number ${line}`);
  expect(leftOut(told)).toEqual([]);
});

// E1
it("refuses a comment that is too long, before any decision", async () => {
  const by = { userId: "U0ADMIN01", teamId: "T0PATCH01" };
  const crafted = submission(by, {
    callbackId: "decline",
    metadata: { approvalId: "apr_1" },
    values: { comment: "x".repeat(301) },
  });
  const { body } = await sendInteraction(harness, crafted);
  expect(JSON.parse(body)).toMatchObject({ response_action: "errors" });
  expect(body).toContain("at most 300 characters; this one has 301");
});
