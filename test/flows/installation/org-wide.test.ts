import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { showTopic } from "./settings-topics.ts";
import { freezeAll } from "../../support/restrictions.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const organization = "E0GRID001";
/** A person of another organization, in a shared channel. */
const elsewhere = { id: "U0ELSE001", name: "eve", teamId: "T0ELSE001", enterpriseId: "E0ELSE001" };
/** Served by the installation of the whole organization. */
const one: WorkspaceSeed = {
  teamId: "T0GRID001",
  name: "Grid one",
  enterpriseId: organization,
  orgInstall: true,
  botToken: "xoxb-demo-0123456789-third",
  botUserId: "U0BOT0003",
  botId: "B0BOT0003",
  users: [
    { id: "U0GRID001", name: "gil", isOrgAdmin: true },
    { id: "U0GRID003", name: "lou", isAdmin: true, isOwner: true },
    { id: "U0GRID004", name: "ola", isOrgOwner: true },
    elsewhere,
  ],
  channels: [{ id: "C0GRID001", name: "grid", botIsMember: true }],
};
/** Of the same organization, with an installation of its own. */
const two: WorkspaceSeed = {
  teamId: "T0GRID002",
  name: "Grid two",
  enterpriseId: organization,
  botToken: "xoxb-demo-0123456789-fourth",
  botUserId: "U0BOT0004",
  botId: "B0BOT0004",
  users: [{ id: "U0GRID002", name: "tom", isAdmin: true }],
  channels: [{ id: "C0GRID002", name: "grid-two" }],
};

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    workspaces: [demoWorkspace, one, two],
    connected: [],
    environment: { LOG_LEVEL: "silent" },
    refusalsEveryMs: 20,
  });
  await harness.infra.installations.remove(one.teamId);
  await harness.slack.install(`${harness.url()}/slack/install`, one.teamId, "U0GRID001");
  await harness.connect("speechify", organization, "the organization's");
  await harness.connect("cartesia", two.teamId, "the workspace's");
});
afterEach(async () => harness.close());

const gil = () => harness.slack.as(one.teamId, "U0GRID001");
const tom = () => harness.slack.as(two.teamId, "U0GRID002");

it("separates an org-wide installation from one of a workspace of the same organization", async () => {
  await gil().command("list");
  expect(textOf(await toldAlone(harness, "U0GRID001", "6 numbers"))).not.toContain("the workspace's");
  await tom().command("list");
  expect(textOf(await toldAlone(harness, "U0GRID002", "6 numbers"))).not.toContain("the organization's");
});

it("answers a mention with what the organization has, and nothing to people of elsewhere", async () => {
  const channelId = "C0GRID001";
  await gil().mention("@Patchbay list", { channelId });
  await toldInChannel(harness, channelId, "6 numbers");
  const told = harness.slack.messages(channelId).length;
  await harness.slack.as(one.teamId, elsewhere.id).mention("@Patchbay list", { channelId });
  await onRecord(harness, { kind: "action.refused", workspaceId: organization });
  expect(harness.slack.messages(channelId)).toHaveLength(told + 1);
});

it("separates their settings and freezes", async () => {
  await gil().command("settings");
  await formSays(harness, gil(), "not offered where Patchbay is installed for a whole organization");
  await showTopic(harness, gil(), "reasons");
  await gil().choose("reason_required", { text: "yes", value: "yes" });
  await gil().submit();
  await formSays(harness, gil(), "The settings are saved");
  await freezeAll(harness, "U0GRID001", "freeze all because we migrate", { teamId: one.teamId });
  await onRecord(harness, { kind: "freeze.set", workspaceId: organization });
  await tom().command("reassign Roadside to Dispatch");
  await formSays(harness, tom(), "After:");
  await tom().submit();
  await formSays(harness, tom(), "Reassigned by");
  expect(await harness.infra.store.workspace(two.teamId).settings.read()).toEqual({});
  expect(await harness.infra.store.workspace(organization).settings.read()).toEqual({
    reason: { required: true },
  });
});

it("finds nothing of the organization's from a workspace's own installation", async () => {
  const [connection] = await harness.infra.store.workspace(organization).connections.list();
  const from = { userId: "U0GRID002", teamId: two.teamId };
  await sendInteraction(harness, press(from, "test", connection?.id ?? ""));
  await toldDirectly(harness, "U0GRID002", "There is no such connection");
  expect((await harness.audit(organization)).filter(({ kind }) => kind === "connection.tested")).toEqual([]);
});

// A11
it("does not treat the admin of one workspace as an admin of the organization", async () => {
  const lou = harness.slack.as(one.teamId, "U0GRID003");
  await lou.command("settings");
  await formSays(harness, lou, "You may not");
  const entry = await onRecord(harness, {
    kind: "action.refused",
    code: "not_allowed",
    userId: "U0GRID003",
    workspaceId: organization,
  });
  expect(entry.problem?.message).toContain("admins");
  const ola = harness.slack.as(one.teamId, "U0GRID004");
  await ola.command("settings");
  await formSays(harness, ola, "Admins by name");
});

// A11
it("notifies only admins of the organization", async () => {
  await freezeAll(harness, "U0GRID001", "freeze all because we migrate", { teamId: one.teamId });
  await onRecord(harness, { kind: "freeze.set", workspaceId: organization });
  await harness.slack.as(one.teamId, "U0GRID003").command("unfreeze all");
  await onRecord(harness, { kind: "action.refused", userId: "U0GRID003", workspaceId: organization });
  await toldDirectly(harness, "U0GRID001", "Refused in the last few minutes");
  await toldDirectly(harness, "U0GRID004", "Refused in the last few minutes");
  expect(
    harness.slack
      .directMessages("U0GRID003")
      .map((message) => textOf(message))
      .join(),
  ).not.toContain("Refused in the last few minutes");
});
