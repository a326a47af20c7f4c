import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { openSettings, savedSettings, showTopic } from "./settings-topics.ts";
import { blockText, quiet } from "../../support/words.ts";

let harness: Harness;
let ada: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
  ada = person(harness, "U0ADMIN01");
  await openSettings(harness, ada);
});
afterEach(async () => harness.close());

describe("the topics of the settings", () => {
  it("show one at a time, roles first", async () => {
    expect(textOf(ada.view())).not.toContain("Reason pattern");
    const reasons = await showTopic(harness, ada, "reasons");
    expect(textOf(reasons)).not.toContain("Admins by name");
  });

  it("keep what was entered in each, and are saved together", async () => {
    await ada.choose("viewer_by", { text: "", value: "members" });
    await ada.choose("viewer_people", { text: "omar", value: "U0OPER001" });
    await ada.choose("viewer_groups", { text: "On call", value: "S0ONCALL1" });
    await showTopic(harness, ada, "reasons");
    await ada.choose("reason_required", { text: "", value: "yes" });
    await ada.fill("reason_pattern", "OPS-#");
    await showTopic(harness, ada, "approvals");
    await ada.choose("protection", { text: "", value: "on" });
    await ada.choose("approver_people", { text: "omar", value: "U0OPER001" });
    await ada.fill("approval_minutes", "45");
    await showTopic(harness, ada, "channels");
    await ada.choose("announcements", { text: "voice-ops", value: voiceOps });
    await showTopic(harness, ada, "drift");
    await ada.choose("drift", { text: "All numbers", value: "all" });
    const shown = JSON.stringify([
      (await showTopic(harness, ada, "roles")).blocks,
      (await showTopic(harness, ada, "reasons")).blocks,
      (await showTopic(harness, ada, "approvals")).blocks,
      (await showTopic(harness, ada, "channels")).blocks,
      (await showTopic(harness, ada, "drift")).blocks,
    ]);
    for (const kept of [
      '"initial_users":["U0OPER001"]',
      '"text":"On call"',
      '"initial_value":"OPS-#"',
      '"initial_value":"45"',
      `"initial_conversations":["${voiceOps}"]`,
      '"initial_option":{"text":{"type":"plain_text","text":"All numbers"',
    ])
      expect(shown).toContain(kept);
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
    expect(await savedSettings(harness)).toMatchObject({
      roles: {
        viewer: { members: false, people: ["U0OPER001"], groups: ["S0ONCALL1"] },
        approver: { people: ["U0OPER001"] },
      },
      reason: { required: true, pattern: "OPS-#" },
      protection: { on: true, minutes: 45 },
      announcementsChannelId: voiceOps,
      drift: "all",
    });
  });

  it("keep an emptied input empty", async () => {
    await showTopic(harness, ada, "approvals");
    await ada.fill("approval_minutes", "");
    await showTopic(harness, ada, "drift");
    const again = await showTopic(harness, ada, "approvals");
    expect(JSON.stringify(again.blocks)).not.toContain('"initial_value"');
  });

  it("leave alone what was not shown", async () => {
    const before = { reason: { required: true, pattern: "INC-#" }, announcementsChannelId: voiceOps };
    await harness.infra.store
      .workspace("T0PATCH01")
      .settings.write(before, { actor: { kind: "cli", osUser: "test" }, requestId: "t" });
    await ada.close();
    await openSettings(harness, ada);
    await showTopic(harness, ada, "drift");
    await ada.choose("drift", { text: "All numbers", value: "all" });
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
    expect(await savedSettings(harness)).toEqual({ ...before, drift: "all" });
  });

  it("open the one with an error, with the error at its field and the rest kept", async () => {
    await showTopic(harness, ada, "channels");
    await ada.choose("announcements", { text: "voice-ops", value: voiceOps });
    await showTopic(harness, ada, "approvals");
    await ada.fill("approval_minutes", "3");
    await showTopic(harness, ada, "reasons");
    await ada.submit();
    const form = await formSays(harness, ada, "Enter a whole number from 5 to 1440.");
    const blocks = JSON.stringify(form.blocks);
    expect(blocks).toMatch(
      /"initial_value":"3"\}\},\{"type":"context"[^[]*\[[^\]]*whole number from 5 to 1440/u,
    );
    expect(blockText(form)).toContain("The settings are unchanged.");
    expect(await savedSettings(harness)).toEqual({});
    await ada.fill("approval_minutes", "45");
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
    expect(await savedSettings(harness)).toMatchObject({
      announcementsChannelId: voiceOps,
      protection: { minutes: 45 },
    });
  });

  it("are not shown to someone who is no admin any more", async () => {
    const others = { slackAdmins: false, members: false, people: ["U0OPER001"], groups: [] };
    await harness.infra.store
      .workspace("T0PATCH01")
      .settings.write(
        { roles: { admin: others, operator: others, viewer: others, approver: others } },
        { actor: { kind: "cli", osUser: "test" }, requestId: "t" },
      );
    await ada.choose("settings_topic", { text: "", value: "reasons" });
    const refused = await formSays(harness, ada, "You may not change the settings here");
    expect(textOf(refused)).not.toContain("Reason pattern");
  });
});
