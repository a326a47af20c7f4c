import type { WorkspaceSettings } from "../../src/domain/access/workspace-settings.ts";
import type { UserSeed, WorkspaceSeed } from "../../src/sandbox/slack/index.ts";
import { nobody } from "../support/fixtures.ts";
import { alpha, bravo } from "../support/neighbours.ts";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";

/** The people whose rights are tried, by their role in workspace Alpha. */
export const roles = [
  "admin",
  "operator",
  "narrowed",
  "approver",
  "viewer",
  "guest",
  "left",
  "robot",
  "unsaid",
  "stranger",
] as const;
export type Who = (typeof roles)[number];

/** What each role means, for the legend of the table. */
export const meanings: Readonly<Record<Who, string>> = {
  admin: "a Slack admin",
  operator: "a member who is named as operator",
  narrowed: "an operator who is not among those of the connection",
  approver: "a member who is named as approver",
  viewer: "a member",
  guest: "a guest who is named as admin",
  left: "a person who has left, named as operator",
  robot: "a bot, named as operator",
  unsaid: "a Slack admin whom Slack cannot look up at the moment",
  stranger: "a person of another organization, in a shared channel",
};

/** Their Slack ids. */
export const ids: Readonly<Record<Who, string>> = {
  admin: "U0ADMIN01",
  operator: "U0OPER001",
  narrowed: "U0NARROW1",
  approver: "U0APPROV1",
  viewer: "U0VIEWER1",
  guest: "U0GUEST01",
  left: "U0LEFT001",
  robot: "U0ROBOT01",
  unsaid: "U0UNSAID1",
  stranger: "U0ELSE001",
};

const more: readonly UserSeed[] = [
  { id: ids.narrowed, name: "nia" },
  { id: ids.approver, name: "amir" },
  { id: ids.viewer, name: "vic" },
  { id: ids.left, name: "lea", deleted: true },
  { id: ids.robot, name: "bob", isBot: true },
  { id: ids.unsaid, name: "una", isAdmin: true },
];

/** Alpha, with all these people, and Bravo, whose ids are foreign to Alpha. */
export const workspaces: readonly WorkspaceSeed[] = [
  { ...alpha, users: [...alpha.users, ...more], channels: [...demoWorkspace.channels] },
  bravo,
];

/** Alpha's settings, for its one connection. */
export function settingsOfAlpha(connectionId: string): WorkspaceSettings {
  return {
    roles: {
      admin: { ...nobody, slackAdmins: true, people: [ids.guest] },
      operator: { ...nobody, people: [ids.operator, ids.narrowed, ids.left, ids.robot] },
      viewer: { ...nobody, members: true },
      approver: { ...nobody, slackAdmins: true, people: [ids.approver] },
    },
    connectionOperators: { [connectionId]: { people: [ids.operator], groups: [] } },
    protection: { on: true, minutes: 30, breakGlass: true },
  };
}
