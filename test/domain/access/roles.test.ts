import { describe, expect, it } from "vitest";
import { lostApprover } from "../../../src/operations/access/permissions.ts";
import {
  groupsNamed,
  permissionsOf,
  schedulesNamed,
  type SlackMembership,
} from "../../../src/domain/access/roles.ts";
import {
  workspaceSettings,
  type RoleAssignment,
  type WorkspaceSettings,
} from "../../../src/domain/access/workspace-settings.ts";

const member: SlackMembership = { member: true, slackAdmin: false, groups: new Set() };
const slackAdmin: SlackMembership = { ...member, slackAdmin: true };
const outsider: SlackMembership = { ...member, member: false };
const unknown: SlackMembership = { ...member, member: undefined };
const onCall: SlackMembership = { ...member, groups: new Set(["S0ONCALL1"]) };

const had = (by: Partial<RoleAssignment>): RoleAssignment => ({
  slackAdmins: false,
  members: false,
  people: [],
  groups: [],
  ...by,
});
const roleOf = (membership: SlackMembership, settings: WorkspaceSettings = {}) =>
  permissionsOf("U1", membership, settings).role;

describe("without settings", () => {
  it("makes every full member an operator, and Slack's admins admins and approvers", () => {
    expect(permissionsOf("U1", member, {})).toEqual({
      role: "operator",
      approver: false,
      deniedConnections: [],
    });
    expect(permissionsOf("U1", slackAdmin, {})).toEqual({
      role: "admin",
      approver: true,
      deniedConnections: [],
    });
  });

  it("gives no permissions to people who are not full members, or if Slack does not say", () => {
    expect(roleOf(outsider)).toBe("none");
    expect(roleOf(unknown)).toBe("none");
  });
});

describe("with roles in the settings", () => {
  const settings: WorkspaceSettings = {
    roles: {
      admin: had({ people: ["U1"] }),
      operator: had({ groups: ["S0ONCALL1"] }),
      viewer: had({ slackAdmins: true }),
      approver: had({ people: ["U2"], groups: ["S0APPROVE"] }),
    },
  };

  it.each([
    ["somebody named", "U1", member, "admin"],
    ["somebody named, while Slack does not say who they are", "U1", unknown, "admin"],
    ["somebody named who is a guest by now", "U1", outsider, "none"],
    ["somebody of the group", "U3", onCall, "operator"],
    [
      "somebody of the group, while Slack does not say who they are",
      "U3",
      { ...onCall, member: undefined },
      "none",
    ],
    ["a Slack admin", "U3", slackAdmin, "viewer"],
    ["a member like any other", "U3", member, "none"],
  ] as const)("knows %s", (_who, userId, membership, role) => {
    expect(permissionsOf(userId, membership, settings).role).toBe(role);
  });

  it("lets an approver without another role approve", () => {
    expect(permissionsOf("U2", member, settings)).toMatchObject({ role: "none", approver: true });
  });

  it("names each group once", () => {
    const narrowed = { con_1: { people: [], groups: ["S0ONCALL1", "S0OTHER01"] } };
    expect(groupsNamed({ ...settings, connectionOperators: narrowed })).toEqual([
      "S0ONCALL1",
      "S0APPROVE",
      "S0OTHER01",
    ]);
  });
});

describe("with a connection limited to some operators", () => {
  const settings: WorkspaceSettings = {
    connectionOperators: { con_1: { people: ["U2"], groups: ["S0ONCALL1"] } },
  };

  it("denies it only to other operators", () => {
    const closed = (userId: string, membership: SlackMembership) =>
      permissionsOf(userId, membership, settings).deniedConnections;
    expect(closed("U1", member)).toEqual(["con_1"]);
    expect(closed("U2", member)).toEqual([]);
    expect(closed("U1", onCall)).toEqual([]);
    expect(closed("U1", slackAdmin)).toEqual([]);
  });
});

it.each([
  [{ roles: { admin: { people: ["someone"] } } }],
  [{ roles: { admin: { groups: ["U123"] } } }],
  [{ reason: { required: true, pattern: "(a+)+$" } }],
])("takes no settings such as %j", (settings) => {
  expect(workspaceSettings.safeParse(settings).success).toBe(false);
});

describe("with a schedule", () => {
  const grant = { schedule: "PagerDuty PI7DH85" };
  const onShift: SlackMembership = { ...member, onCall: new Map([["ocs_1", grant]]) };
  const settings: WorkspaceSettings = {
    roles: {
      operator: had({ people: ["U2"], schedules: ["ocs_1"] }),
      approver: had({ schedules: ["ocs_1"] }),
      viewer: had({ members: true }),
    },
  };

  it("gives the role to full members who are on call, and says so unless something else gives it", () => {
    expect(permissionsOf("U1", onShift, settings)).toMatchObject({
      role: "operator",
      approver: true,
      onCall: { role: grant, approver: grant },
    });
    expect(permissionsOf("U2", onShift, settings).onCall).toEqual({ approver: grant });
    expect(permissionsOf("U1", member, settings)).toMatchObject({ role: "viewer", approver: false });
    expect(permissionsOf("U1", { ...onShift, member: undefined }, settings).role).toBe("none");
    expect(permissionsOf("U1", { ...onShift, member: false }, settings).role).toBe("none");
    expect(schedulesNamed(settings)).toEqual(["ocs_1"]);
  });

  it("lets what somebody approved on call count between their shifts, while an admin confirms them", () => {
    const offShift: SlackMembership = { ...member, confirmedIn: new Map([["ocs_1", grant.schedule]]) };
    const between = permissionsOf("U1", offShift, settings);
    expect(between).toMatchObject({ approver: false, approverSchedules: [grant.schedule] });
    expect(lostApprover(between, grant.schedule, "run")).toBeUndefined();
    const elsewhere = new Map([["ocs_2", grant.schedule]]);
    for (const lost of [member, { ...offShift, member: false }, { ...offShift, confirmedIn: elsewhere }])
      expect(lostApprover(permissionsOf("U1", lost, settings), grant.schedule, "run")).toContain(
        "can no longer",
      );
    // Somebody who was an approver by name then, or on call elsewhere, has lost what made them one.
    for (const decidedBy of [undefined, "PagerDuty POTHER"])
      expect(lostApprover(between, decidedBy, "run")).toContain("can no longer approve");
    const unread = { ...between, unavailableReason: "It is down.", unavailableFrom: "PagerDuty" };
    expect(lostApprover(unread, undefined, "run")).toContain("PagerDuty does not say now whether");
  });
});
