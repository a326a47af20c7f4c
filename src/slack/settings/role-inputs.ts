import { toolTitles } from "../../domain/access/on-call.ts";
import { rolesOf } from "../../domain/access/roles.ts";
import type { RoleAssignment, RoleName, WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import type { InputBlock } from "@slack/types";
import { groupsInput, peopleInput, ticksInput } from "./inputs.ts";
import type { Offered, SettingsValues } from "./section.ts";

const asked: Readonly<Record<RoleName, { readonly title: string; readonly may: string }>> = {
  admin: { title: "Admins", may: "Can change connections, these settings, and everything operators can." },
  operator: { title: "Operators", may: "Can change numbers." },
  viewer: { title: "Viewers", may: "Can see numbers, agents and the history." },
  approver: { title: "Approvers", may: "Can approve other people's requests, and need no other role." },
};

const boxes = { slackAdmins: "Admins and owners of this Slack workspace", members: "Every full member" };

const followsShift =
  "If your on-call tool keeps the group in step with a schedule, the role follows the shift.";

/** The inputs for who has a role. */
export function roleInputs(
  role: RoleName,
  settings: WorkspaceSettings,
  { groups, schedules }: Offered,
): InputBlock[] {
  const { title, may } = asked[role];
  const who = rolesOf(settings)[role];
  return [
    ticksInput(`${role}_by`, title, boxes, ticked(who), may),
    peopleInput(`${role}_people`, `${title} by name`, who.people),
    ...(groups
      ? [groupsInput(`${role}_groups`, `${title} by user group`, who.groups, groups, followsShift)]
      : []),
    ...schedulesInput(role, who.schedules, schedules),
  ];
}

/** Reads who has a role. Without inputs for user groups, its groups stay. */
export function readRole(
  values: SettingsValues,
  role: RoleName,
  withGroups: boolean,
  before: RoleAssignment,
): RoleAssignment {
  const several = (name: string): string[] => [...(values.get(`${role}_${name}`)?.several ?? [])];
  const chosen = several("by");
  return {
    slackAdmins: chosen.includes("slackAdmins"),
    members: chosen.includes("members"),
    people: several("people"),
    groups: withGroups ? several("groups") : [...before.groups],
    ...schedulesOf(values.get(`${role}_schedules`)?.several ?? before.schedules),
  };
}

/** The people on call in a schedule. Without schedules, there is no input. */
function schedulesInput(
  role: RoleName,
  chosen: readonly string[] | undefined,
  schedules: Offered["schedules"],
): InputBlock[] {
  if (schedules.length === 0) return [];
  const { title } = asked[role];
  const names = Object.fromEntries(
    schedules.map(({ id, name, tool }) => [id, `${name} (${toolTitles[tool]})`]),
  );
  return [ticksInput(`${role}_schedules`, `${title} while on call`, names, chosen ?? [], onCallHint)];
}

const onCallHint = "Those on call in the schedule now, of the people that /number oncall confirms.";

function schedulesOf(chosen: readonly string[] | undefined): Pick<RoleAssignment, "schedules"> {
  return chosen && chosen.length > 0 ? { schedules: [...chosen] } : {};
}

function ticked({ slackAdmins, members }: RoleAssignment): (keyof typeof boxes)[] {
  return [...(slackAdmins ? ["slackAdmins" as const] : []), ...(members ? ["members" as const] : [])];
}
