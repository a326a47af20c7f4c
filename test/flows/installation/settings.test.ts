import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { incidents, teamId } from "../../support/fixtures.ts";
import { sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { showTopic } from "./settings-topics.ts";
import { formSays, person } from "../../support/screen.ts";
import { had, mia, olga, startSettingsHarness, type SettingsHarness } from "./settings-harness.ts";

let at: SettingsHarness;
beforeEach(async () => {
  at = await startSettingsHarness();
});
afterEach(async () => {
  await at.harness.close();
});

describe("/number settings", () => {
  it("shows the settings, stores an admin's changes, and records the old values", async () => {
    await at.openForm(at.ada);
    await at.tick("operator_by", "members");
    await at.ada.choose("operator_people", { text: "omar", value: "U0OPER001" });
    await showTopic(at.harness, at.ada, "channels");
    await at.ada.choose("announcements", { text: "voice-ops", value: "C0VOICE01" });
    await at.save(at.ada, "The settings are saved");
    const entry = await onRecord(at.harness, { kind: "settings.changed", userId: "U0ADMIN01" });
    expect(entry.outcome).toBe("applied");
    expect(JSON.parse(entry.details?.["before"] ?? "")).toEqual({
      roles: null,
      announcementsChannelId: null,
    });
    expect(JSON.parse(entry.details?.["after"] ?? "")).toMatchObject({
      roles: { operator: { members: false, people: ["U0OPER001"] } },
      announcementsChannelId: "C0VOICE01",
    });
    expect(await at.settings()).toMatchObject({ announcementsChannelId: "C0VOICE01" });
    await at.openForm(at.ada);
    await at.save(at.ada, "already are as you want them");
    expect(await at.settings()).toMatchObject({ announcementsChannelId: "C0VOICE01" });
  });

  it("sets whether all numbers are checked for drift, or those changed through Patchbay", async () => {
    await at.openForm(at.ada);
    await showTopic(at.harness, at.ada, "drift");
    await at.ada.choose("drift", { text: "All numbers", value: "all" });
    await at.save(at.ada, "The settings are saved");
    expect(await at.settings()).toEqual({ drift: "all" });
    await at.openForm(at.ada);
    await showTopic(at.harness, at.ada, "drift");
    await at.ada.choose("drift", { text: "Numbers changed with Patchbay", value: "changed" });
    await at.save(at.ada, "The settings are saved");
    expect(await at.settings()).toEqual({ drift: "changed" });
  });

  it("applies from the next action on", async () => {
    await at.formOpens(person(at.harness, mia.id));
    await at.settle({ roles: { operator: had({ people: ["U0OPER001"] }) } });
    await person(at.harness, mia.id).submit();
    await formSays(at.harness, person(at.harness, mia.id), "that is for operators");
    await onRecord(at.harness, { kind: "change.refused", code: "not_allowed", userId: mia.id });
    expect(at.patches()).toBe(0);
    await at.formOpens(at.omar);
    await at.omar.submit();
    await formSays(at.harness, at.omar, "Reassigned by");
  });

  it("is for admins only, also with a forged form", async () => {
    await at.omar.command("settings", { channelId: incidents });
    await formSays(at.harness, at.omar, "You may not change the settings here");
    await onRecord(at.harness, { kind: "action.refused", code: "not_allowed", userId: "U0OPER001" });
    const metadata = { from: {}, revision: 0, withGroups: true, topic: "roles" };
    const by = { userId: "U0OPER001", teamId };
    await sendInteraction(at.harness, submission(by, { callbackId: "settings", metadata, values: {} }));
    await toldDirectly(at.harness, "U0OPER001", "You may not change the settings here");
    expect(await at.settings()).toEqual({});
  });

  it("is not overwritten by a form that was opened before another admin saved", async () => {
    const second = person(at.harness, olga.id);
    await at.openForm(at.ada);
    await at.openForm(second);
    await showTopic(at.harness, at.ada, "reasons");
    await at.tick("reason_required", "yes");
    await at.save(at.ada, "The settings are saved");
    await showTopic(at.harness, second, "channels");
    await second.choose("checkpoints", { text: "voice-ops", value: "C0VOICE01" });
    await at.save(second, "Someone changed the settings");
    expect(await at.settings()).toEqual({ reason: { required: true } });
    await onRecord(at.harness, { kind: "action.refused", code: "conflict", userId: olga.id });
  });

  it.each([
    ["nobody is named", []],
    ["only a guest is named", ["U0GUEST01"]],
  ])("locks nobody out if %s", async (_name, named) => {
    await at.openForm(at.ada);
    await at.tick("admin_by", "slackAdmins");
    for (const value of named) await at.ada.choose("admin_people", { text: value, value });
    await at.save(at.ada, "Nobody could change the settings");
    expect(await at.settings()).toEqual({});
  });

  it("lets a named person be the only admin", async () => {
    await at.openForm(at.ada);
    await at.tick("admin_by", "slackAdmins");
    await at.ada.choose("admin_people", { text: "omar", value: "U0OPER001" });
    await at.save(at.ada, "The settings are saved");
    await at.ada.command("settings", { channelId: incidents });
    await formSays(at.harness, at.ada, "You may not change the settings here");
    await at.openForm(at.omar);
    expect((await at.settings()).roles?.admin).toEqual(had({ people: ["U0OPER001"] }));
  });

  it("warns at once if Patchbay cannot post to the chosen channel", async () => {
    await at.openForm(at.ada);
    await showTopic(at.harness, at.ada, "channels");
    await at.ada.choose("announcements", { text: "incidents", value: incidents });
    await at.save(at.ada, "Patchbay cannot post in");
    expect(await at.settings()).toEqual({ announcementsChannelId: incidents });
  });

  it("refuses a regular expression as a pattern, and two channels", async () => {
    await at.openForm(at.ada);
    await showTopic(at.harness, at.ada, "reasons");
    await at.ada.fill("reason_pattern", "(a+)+$");
    const { errors, trouble } = await at.ada.submit();
    expect(trouble).toBeUndefined();
    expect(errors?.["reason_pattern"]).toContain("INC-#");
    await showTopic(at.harness, at.ada, "channels");
    await at.ada.choose("checkpoints", { text: "voice-ops", value: "C0VOICE01" });
    await expect(at.ada.choose("checkpoints", { text: "incidents", value: incidents })).rejects.toThrow(
      /than 1/u,
    );
  });
});
