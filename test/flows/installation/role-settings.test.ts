import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { incidents, teamId } from "../../support/fixtures.ts";
import { sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { showTopic } from "./settings-topics.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import {
  had,
  line,
  mia,
  settingsWorkspace,
  startSettingsHarness,
  type SettingsHarness,
} from "./settings-harness.ts";

let at: SettingsHarness;
beforeEach(async () => {
  at = await startSettingsHarness();
});
afterEach(async () => {
  await at.harness.close();
});

describe("user groups", () => {
  it("give the role that they are chosen for", async () => {
    await at.openForm(at.ada);
    expect(textOf(at.ada.view())).toContain("the role follows the shift");
    expect(await at.ada.options("operator_groups", "on")).toEqual([{ text: "On call", value: "S0ONCALL1" }]);
    await at.tick("operator_by", "members");
    await at.ada.choose("operator_groups", { text: "On call", value: "S0ONCALL1" });
    await at.save(at.ada, "The settings are saved");
    await at.formOpens(at.omar);
    await person(at.harness, mia.id).command(line, { channelId: incidents });
    await formSays(at.harness, person(at.harness, mia.id), "that is for operators");
  });

  it("are not granted if Slack cannot list the groups", async () => {
    await at.settle({ roles: { operator: had({ groups: ["S0ONCALL1"] }) } });
    at.harness.slack.fail("usergroups.list", { error: "fatal_error" });
    await at.omar.command(line, { channelId: incidents });
    await formSays(at.harness, at.omar, "Slack could not say which user groups you are in");
    expect(textOf(at.omar.view())).toContain("Nothing was changed");
  });

  it("are not offered without their scope, and stay as they were", async () => {
    await at.harness.close();
    at = await startSettingsHarness({
      ...settingsWorkspace,
      scopes: ["commands", "chat:write", "users:read"],
    });
    const roles = { operator: had({ members: true, groups: ["S0ONCALL1"] }) };
    await at.settle({ roles });
    await at.openForm(at.ada);
    expect(textOf(at.ada.view())).toContain("without the scope `usergroups:read`");
    await showTopic(at.harness, at.ada, "reasons");
    await at.tick("reason_required", "yes");
    await at.save(at.ada, "The settings are saved");
    expect(await at.settings()).toEqual({ roles, reason: { required: true } });
  });
});

it("lets only named people in if Slack does not say who anybody is", async () => {
  await at.settle({ roles: { admin: had({ people: ["U0OPER001"] }) } });
  at.harness.slack.fail("users.info", { error: "fatal_error" });
  await at.omar.command(line, { channelId: incidents });
  await formSays(at.harness, at.omar, "After:");
  await at.omar.submit();
  await formSays(at.harness, at.omar, "Reassigned by");
  await at.ada.command(line, { channelId: incidents });
  await formSays(at.harness, at.ada, "Slack could not say who you are");
  expect(at.patches()).toBe(1);
});

it("lets no guest in, even if named", async () => {
  await at.settle({ roles: { admin: had({ slackAdmins: true, people: ["U0GUEST01"] }) } });
  await person(at.harness, "U0GUEST01").command("list", { channelId: incidents });
  expect(textOf(await toldAlone(at.harness, "U0GUEST01", "You may not"))).not.toContain("Roadside");
});

it("shows a viewer a number without buttons to change it", async () => {
  await at.settle({ roles: { operator: had({ people: ["U0ADMIN01"] }) } });
  await at.omar.command("show Roadside", { channelId: incidents });
  const card = textOf(await toldAlone(at.harness, "U0OPER001", "answers now"));
  expect(card).toContain("History");
  expect(card).not.toContain("Detach");
  await at.ada.command("show Roadside", { channelId: incidents });
  expect(textOf(await toldAlone(at.harness, "U0ADMIN01", "answers now"))).toContain("Detach");
  await at.omar.command("help", { channelId: incidents });
  expect(textOf(await toldAlone(at.harness, "U0OPER001", "shows and changes"))).not.toContain("`reassign`");
});

describe("a connection with operators of its own", () => {
  it("can be changed only by them and by admins", async () => {
    await at.ada.command("connections", { channelId: incidents });
    await at.ada.click("operators", { in: await toldAlone(at.harness, "U0ADMIN01", "6 numbers") });
    await formSays(at.harness, at.ada, "Only these operators, and admins");
    await at.ada.choose("only_people", { text: "omar", value: "U0OPER001" });
    await at.save(at.ada, "The settings are saved");
    const other = person(at.harness, mia.id);
    await other.command(line, { channelId: incidents });
    await formSays(at.harness, other, "You may not change the numbers of this connection");
    expect(await other.options("number", "")).toEqual([]);
    await other.command("show Roadside", { channelId: incidents });
    expect(textOf(await toldAlone(at.harness, mia.id, "answers now"))).not.toContain("Detach");
    for (const allowed of [at.omar, at.ada]) await at.formOpens(allowed);
  });

  it("refuses a forged form from others", async () => {
    const id = at.harness.connections.cartesia?.id ?? "";
    await at.settle({ connectionOperators: { [id]: { people: ["U0OPER001"], groups: [] } } });
    await sendInteraction(at.harness, at.reassignBy(mia.id));
    await toldDirectly(at.harness, mia.id, "You may not change the numbers of this connection");
    await onRecord(at.harness, { kind: "change.refused", code: "not_allowed", userId: mia.id });
    expect(at.patches()).toBe(0);
  });

  it("cannot be one that the workspace does not have", async () => {
    const metadata = { from: {}, revision: 0, withGroups: true, connectionId: "con_elsewhere" };
    const by = { userId: "U0ADMIN01", teamId };
    await sendInteraction(at.harness, submission(by, { callbackId: "settings", metadata, values: {} }));
    await toldDirectly(at.harness, "U0ADMIN01", "There is no such connection");
    expect(await at.settings()).toEqual({});
  });
});
