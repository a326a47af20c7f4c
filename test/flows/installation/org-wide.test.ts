import { afterEach, beforeEach, expect, it } from "vitest";
import { demoWorkspace, startHouse, type House } from "../../../src/demo/harness.ts";
import type { WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, textOf, toldAlone } from "../../support/screen.ts";

const organisation = "E0GRID001";
/** Served by the installation of the whole organisation. */
const one: WorkspaceSeed = {
  teamId: "T0GRID001",
  name: "Grid one",
  enterpriseId: organisation,
  orgInstall: true,
  botToken: "xoxb-demo-0123456789-third",
  botUserId: "U0BOT0003",
  botId: "B0BOT0003",
  users: [
    { id: "U0GRID001", name: "gil", isOrgAdmin: true },
    { id: "U0GRID003", name: "lou", isAdmin: true, isOwner: true },
    { id: "U0GRID004", name: "ola", isOrgOwner: true },
  ],
  channels: [{ id: "C0GRID001", name: "grid" }],
};
/** Of the same organisation, with an installation of its own. */
const two: WorkspaceSeed = {
  teamId: "T0GRID002",
  name: "Grid two",
  enterpriseId: organisation,
  botToken: "xoxb-demo-0123456789-fourth",
  botUserId: "U0BOT0004",
  botId: "B0BOT0004",
  users: [{ id: "U0GRID002", name: "tom", isAdmin: true }],
  channels: [{ id: "C0GRID002", name: "grid-two" }],
};

let house: House;
beforeEach(async () => {
  house = await startHouse({
    workspaces: [demoWorkspace, one, two],
    connected: [],
    environment: { LOG_LEVEL: "silent" },
    refusalsEveryMs: 20,
  });
  await house.ground.installations.remove(one.teamId);
  await house.slack.install(`${house.url()}/slack/install`, one.teamId, "U0GRID001");
  await house.connect("speechify", organisation, "the organisation's");
  await house.connect("cartesia", two.teamId, "the workspace's");
});
afterEach(async () => house.close());

const gil = () => house.slack.as(one.teamId, "U0GRID001");
const tom = () => house.slack.as(two.teamId, "U0GRID002");

it("keeps an org-wide installation and one of a workspace of the same organisation apart", async () => {
  await gil().command("list");
  expect(textOf(await toldAlone(house, "U0GRID001", "6 numbers"))).not.toContain("the workspace's");
  await tom().command("list");
  expect(textOf(await toldAlone(house, "U0GRID002", "6 numbers"))).not.toContain("the organisation's");
});

it("keeps what each has settled and frozen apart", async () => {
  await gil().command("settings");
  await formSays(house, gil(), "not offered where Patchbay is installed for a whole organisation");
  await gil().choose("reason_required", { text: "yes", value: "yes" });
  await gil().submit();
  await formSays(house, gil(), "The settings are saved");
  await gil().command("freeze all because we migrate");
  await onRecord(house, { kind: "freeze.set", workspaceId: organisation });
  await tom().command("reassign Roadside to Dispatch");
  await formSays(house, tom(), "After:");
  await tom().submit();
  await formSays(house, tom(), "was reassigned");
  expect(await house.ground.store.workspace(two.teamId).settings.read()).toEqual({});
  expect(await house.ground.store.workspace(organisation).settings.read()).toEqual({
    reason: { required: true },
  });
});

it("finds nothing of the organisation's by its ids from a workspace's own installation", async () => {
  const [connection] = await house.ground.store.workspace(organisation).vault.list();
  const from = { userId: "U0GRID002", teamId: two.teamId };
  await sendInteraction(house, press(from, "test", connection?.id ?? ""));
  await toldDirectly(house, "U0GRID002", "There is no such connection");
  expect((await house.audit(organisation)).filter(({ kind }) => kind === "connection.tested")).toEqual([]);
});

// A11
it("takes the admin of one workspace for no admin of the organisation", async () => {
  const lou = house.slack.as(one.teamId, "U0GRID003");
  await lou.command("settings");
  await formSays(house, lou, "You may not");
  const entry = await onRecord(house, {
    kind: "action.refused",
    code: "not_allowed",
    userId: "U0GRID003",
    workspaceId: organisation,
  });
  expect(entry.problem?.message).toContain("admins");
  const ola = house.slack.as(one.teamId, "U0GRID004");
  await ola.command("settings");
  await formSays(house, ola, "Who");
});

// A11
it("asks and tells only admins of the organisation, where admins are told", async () => {
  await gil().command("freeze all because we migrate");
  await onRecord(house, { kind: "freeze.set", workspaceId: organisation });
  await house.slack.as(one.teamId, "U0GRID003").command("unfreeze all");
  await onRecord(house, { kind: "action.refused", userId: "U0GRID003", workspaceId: organisation });
  await toldDirectly(house, "U0GRID001", "Refused in the last minutes");
  await toldDirectly(house, "U0GRID004", "Refused in the last minutes");
  expect(
    house.slack
      .directMessages("U0GRID003")
      .map((message) => textOf(message))
      .join(),
  ).not.toContain("Refused in the last minutes");
});
