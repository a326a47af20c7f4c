import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson, UserSeed, WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import type { WorkspaceSettings } from "../../../src/domain/access/workspace-settings.ts";
import { incidents, teamId } from "../../support/fixtures.ts";
import { formState, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { showTopic } from "./settings-topics.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const line = "reassign Roadside to Dispatch because INC-7 it talks nonsense";
const mia: UserSeed = { id: "U0MEMBER1", name: "mia" };
const olga: UserSeed = { id: "U0OWNER01", name: "olga", isOwner: true };
const workspace: WorkspaceSeed = { ...demoWorkspace, users: [...demoWorkspace.users, mia, olga] };

let harness: Harness;
let ada: SlackPerson;
let omar: SlackPerson;

async function open(seed: WorkspaceSeed = workspace): Promise<void> {
  harness = await startHarness({
    workspaces: [seed],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
  ada = person(harness, "U0ADMIN01");
  omar = person(harness, "U0OPER001");
}

beforeEach(async () => open());
afterEach(async () => {
  vi.useRealTimers();
  await harness.close();
});

describe("/number settings", () => {
  it("shows the settings, stores an admin's changes, and records the old values", async () => {
    await openForm(ada);
    await tick("operator_by", "members");
    await ada.choose("operator_people", { text: "omar", value: "U0OPER001" });
    await showTopic(harness, ada, "channels");
    await ada.choose("announcements", { text: "voice-ops", value: "C0VOICE01" });
    await save(ada, "The settings are saved");
    const entry = await onRecord(harness, { kind: "settings.changed", userId: "U0ADMIN01" });
    expect(entry.outcome).toBe("applied");
    expect(JSON.parse(entry.details?.["before"] ?? "")).toEqual({
      roles: null,
      announcementsChannelId: null,
    });
    expect(JSON.parse(entry.details?.["after"] ?? "")).toMatchObject({
      roles: { operator: { members: false, people: ["U0OPER001"] } },
      announcementsChannelId: "C0VOICE01",
    });
    expect(await settings()).toMatchObject({ announcementsChannelId: "C0VOICE01" });
    await openForm(ada);
    await save(ada, "already are as you want them");
    expect(await settings()).toMatchObject({ announcementsChannelId: "C0VOICE01" });
  });

  it("sets whether all numbers are checked for drift, or those changed through Patchbay", async () => {
    await openForm(ada);
    await showTopic(harness, ada, "drift");
    await ada.choose("drift", { text: "All numbers", value: "all" });
    await save(ada, "The settings are saved");
    expect(await settings()).toEqual({ drift: "all" });
    await openForm(ada);
    await showTopic(harness, ada, "drift");
    await ada.choose("drift", { text: "Numbers changed with Patchbay", value: "changed" });
    await save(ada, "The settings are saved");
    expect(await settings()).toEqual({ drift: "changed" });
  });

  it("applies from the next action on", async () => {
    await formOpens(person(harness, mia.id));
    await settle({ roles: { operator: had({ people: ["U0OPER001"] }) } });
    await person(harness, mia.id).submit();
    await formSays(harness, person(harness, mia.id), "that is for operators");
    await onRecord(harness, { kind: "change.refused", code: "not_allowed", userId: mia.id });
    expect(patches()).toBe(0);
    await formOpens(omar);
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
  });

  it("is for admins only, also with a forged form", async () => {
    await omar.command("settings", { channelId: incidents });
    await formSays(harness, omar, "You may not change the settings here");
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: "U0OPER001" });
    const metadata = { from: {}, revision: 0, withGroups: true, topic: "roles" };
    const by = { userId: "U0OPER001", teamId };
    await sendInteraction(harness, submission(by, { callbackId: "settings", metadata, values: {} }));
    await toldDirectly(harness, "U0OPER001", "You may not change the settings here");
    expect(await settings()).toEqual({});
  });

  it("is not overwritten by a form that was opened before another admin saved", async () => {
    const second = person(harness, olga.id);
    await openForm(ada);
    await openForm(second);
    await showTopic(harness, ada, "reasons");
    await tick("reason_required", "yes");
    await save(ada, "The settings are saved");
    await showTopic(harness, second, "channels");
    await second.choose("checkpoints", { text: "voice-ops", value: "C0VOICE01" });
    await save(second, "Someone changed the settings");
    expect(await settings()).toEqual({ reason: { required: true } });
    await onRecord(harness, { kind: "action.refused", code: "conflict", userId: olga.id });
  });

  it.each([
    ["nobody is named", []],
    ["only a guest is named", ["U0GUEST01"]],
  ])("locks nobody out if %s", async (_name, named) => {
    await openForm(ada);
    await tick("admin_by", "slackAdmins");
    for (const value of named) await ada.choose("admin_people", { text: value, value });
    await save(ada, "Nobody could change the settings");
    expect(await settings()).toEqual({});
  });

  it("lets a named person be the only admin", async () => {
    await openForm(ada);
    await tick("admin_by", "slackAdmins");
    await ada.choose("admin_people", { text: "omar", value: "U0OPER001" });
    await save(ada, "The settings are saved");
    await ada.command("settings", { channelId: incidents });
    await formSays(harness, ada, "You may not change the settings here");
    await openForm(omar);
    expect((await settings()).roles?.admin).toEqual(had({ people: ["U0OPER001"] }));
  });

  it("warns at once if Patchbay cannot post to the chosen channel", async () => {
    await openForm(ada);
    await showTopic(harness, ada, "channels");
    await ada.choose("announcements", { text: "incidents", value: incidents });
    await save(ada, "Patchbay cannot post in");
    expect(await settings()).toEqual({ announcementsChannelId: incidents });
  });

  it("refuses a regular expression as a pattern, and two channels", async () => {
    await openForm(ada);
    await showTopic(harness, ada, "reasons");
    await ada.fill("reason_pattern", "(a+)+$");
    const { errors, trouble } = await ada.submit();
    expect(trouble).toBeUndefined();
    expect(errors?.["reason_pattern"]).toContain("INC-#");
    await showTopic(harness, ada, "channels");
    await ada.choose("checkpoints", { text: "voice-ops", value: "C0VOICE01" });
    await expect(ada.choose("checkpoints", { text: "incidents", value: incidents })).rejects.toThrow(
      /than 1/u,
    );
  });
});

describe("user groups", () => {
  it("give the role that they are chosen for", async () => {
    await openForm(ada);
    expect(await ada.options("operator_groups", "on")).toEqual([{ text: "On call", value: "S0ONCALL1" }]);
    await tick("operator_by", "members");
    await ada.choose("operator_groups", { text: "On call", value: "S0ONCALL1" });
    await save(ada, "The settings are saved");
    await formOpens(omar);
    await person(harness, mia.id).command(line, { channelId: incidents });
    await formSays(harness, person(harness, mia.id), "that is for operators");
  });

  it("are not granted if Slack cannot list the groups", async () => {
    await settle({ roles: { operator: had({ groups: ["S0ONCALL1"] }) } });
    harness.slack.fail("usergroups.list", { error: "fatal_error" });
    await omar.command(line, { channelId: incidents });
    await formSays(harness, omar, "Slack could not say which user groups you are in");
    expect(textOf(omar.view())).toContain("Nothing was changed");
  });

  it("are not offered without their scope, and stay as they were", async () => {
    await harness.close();
    await open({ ...workspace, scopes: ["commands", "chat:write", "users:read"] });
    const roles = { operator: had({ members: true, groups: ["S0ONCALL1"] }) };
    await settle({ roles });
    await openForm(ada);
    expect(textOf(ada.view())).toContain("without the scope `usergroups:read`");
    await showTopic(harness, ada, "reasons");
    await tick("reason_required", "yes");
    await save(ada, "The settings are saved");
    expect(await settings()).toEqual({ roles, reason: { required: true } });
  });
});

it("lets only named people in if Slack does not say who anybody is", async () => {
  await settle({ roles: { admin: had({ people: ["U0OPER001"] }) } });
  harness.slack.fail("users.info", { error: "fatal_error" });
  await omar.command(line, { channelId: incidents });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await formSays(harness, omar, "Reassigned by");
  await ada.command(line, { channelId: incidents });
  await formSays(harness, ada, "Slack could not say who you are");
  expect(patches()).toBe(1);
});

it("lets no guest in, even if named", async () => {
  await settle({ roles: { admin: had({ slackAdmins: true, people: ["U0GUEST01"] }) } });
  await person(harness, "U0GUEST01").command("list", { channelId: incidents });
  expect(textOf(await toldAlone(harness, "U0GUEST01", "You may not"))).not.toContain("Roadside");
});

it("shows a viewer a number without buttons to change it", async () => {
  await settle({ roles: { operator: had({ people: ["U0ADMIN01"] }) } });
  await omar.command("show Roadside", { channelId: incidents });
  const card = textOf(await toldAlone(harness, "U0OPER001", "answers now"));
  expect(card).toContain("History");
  expect(card).not.toContain("Detach");
  await ada.command("show Roadside", { channelId: incidents });
  expect(textOf(await toldAlone(harness, "U0ADMIN01", "answers now"))).toContain("Detach");
  await omar.command("help", { channelId: incidents });
  expect(textOf(await toldAlone(harness, "U0OPER001", "shows and changes"))).not.toContain("`reassign`");
});

describe("a connection with operators of its own", () => {
  it("can be changed only by them and by admins", async () => {
    await ada.command("connections", { channelId: incidents });
    await ada.click("operators", { in: await toldAlone(harness, "U0ADMIN01", "6 numbers") });
    await formSays(harness, ada, "Only these operators, and admins");
    await ada.choose("only_people", { text: "omar", value: "U0OPER001" });
    await save(ada, "The settings are saved");
    const other = person(harness, mia.id);
    await other.command(line, { channelId: incidents });
    await formSays(harness, other, "You may not change the numbers of this connection");
    expect(await other.options("number", "")).toEqual([]);
    await other.command("show Roadside", { channelId: incidents });
    expect(textOf(await toldAlone(harness, mia.id, "answers now"))).not.toContain("Detach");
    for (const allowed of [omar, ada]) await formOpens(allowed);
  });

  it("refuses a forged form from others", async () => {
    const id = harness.connections.cartesia?.id ?? "";
    await settle({ connectionOperators: { [id]: { people: ["U0OPER001"], groups: [] } } });
    await sendInteraction(harness, reassignBy(mia.id));
    await toldDirectly(harness, mia.id, "You may not change the numbers of this connection");
    await onRecord(harness, { kind: "change.refused", code: "not_allowed", userId: mia.id });
    expect(patches()).toBe(0);
  });

  it("cannot be one that the workspace does not have", async () => {
    const metadata = { from: {}, revision: 0, withGroups: true, connectionId: "con_elsewhere" };
    const by = { userId: "U0ADMIN01", teamId };
    await sendInteraction(harness, submission(by, { callbackId: "settings", metadata, values: {} }));
    await toldDirectly(harness, "U0ADMIN01", "There is no such connection");
    expect(await settings()).toEqual({});
  });
});

describe("a workspace that requires a reason", () => {
  beforeEach(async () => settle({ reason: { required: true, pattern: "INC-#" } }));

  it("requires it in the form", async () => {
    await omar.command("reassign Roadside to Dispatch because it loops", { channelId: incidents });
    await formSays(harness, omar, "After:");
    expect(textOf(omar.view())).toContain("INC-123");
    expect((await omar.submit()).errors?.["reason"]).toContain("INC-123");
    await omar.fill("reason", "");
    expect((await omar.submit()).errors?.["reason"]).toBe("Please complete this required field.");
    await omar.fill("reason", "inc-42: it loops");
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
  });

  it("sends nothing for a forged form without one", async () => {
    const { body } = await sendInteraction(harness, reassignBy("U0OPER001"));
    expect(JSON.parse(body)).toMatchObject({
      errors: { reason: expect.stringContaining("requires a reason") },
    });
    expect(patches()).toBe(0);
  });
});

async function openForm(who: SlackPerson): Promise<void> {
  await who.command("settings", { channelId: incidents });
  await formSays(harness, who, "Admins by name");
}

async function formOpens(who: SlackPerson): Promise<void> {
  await who.command(line, { channelId: incidents });
  await formSays(harness, who, "After:");
}

async function tick(actionId: string, value: string): Promise<void> {
  await ada.choose(actionId, { text: value, value });
}

async function save(who: SlackPerson, words: string): Promise<void> {
  expect(await who.submit()).not.toHaveProperty("trouble");
  await formSays(harness, who, words);
}

async function settle(wanted: WorkspaceSettings): Promise<void> {
  const actor = { kind: "cli", osUser: "test" } as const;
  await harness.infra.store.workspace(teamId).settings.write(wanted, { actor, requestId: "test" });
}

async function settings(): Promise<WorkspaceSettings> {
  return harness.infra.store.workspace(teamId).settings.read();
}

function had(by: Partial<NonNullable<NonNullable<WorkspaceSettings["roles"]>["admin"]>>) {
  return { slackAdmins: false, members: false, people: [], groups: [], ...by };
}

function patches(): number {
  return harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;
}

function reassignBy(userId: string) {
  const number = {
    numberId: "pn_B6d1Vz5H",
    seen: { agent: "agent_5kR9wXd8" },
    connectionId: harness.connections.cartesia?.id ?? "",
  };
  const values = { number: `${number.connectionId}/${number.numberId}`, agent: "agent_7hN4pZc2" };
  return submission(
    { userId, teamId },
    { callbackId: "reassign", metadata: formState("reassign", number), values },
  );
}
