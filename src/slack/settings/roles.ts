import { rolesOf } from "../../domain/roles.ts";
import { roleNames, type RoleName, type RoleAssignment } from "../../domain/workspace-settings.ts";
import { context, header } from "../block-kit/blocks.ts";
import { groupsInput, peopleInput, ticksInput } from "./inputs.ts";
import type { SettingsSection, SettingsValues } from "./section.ts";

const asked: Readonly<Record<RoleName, { readonly title: string; readonly may: string }>> = {
  admin: { title: "Admins", may: "Can change connections, these settings, and everything operators can." },
  operator: { title: "Operators", may: "Can change numbers." },
  viewer: { title: "Viewers", may: "Can see numbers, agents and the history." },
  approver: { title: "Approvers", may: "Can approve other people's requests. They need no other role." },
};

const boxes = { slackAdmins: "Admins and owners of this Slack workspace", members: "Every full member" };

export const rolesSection: SettingsSection = {
  blocks: (settings, { groups, noGroups }) => {
    const roles = rolesOf(settings);
    return [
      header("Roles"),
      context(
        "Guests, bots, and people who left or belong to another organisation can do nothing, even if they are named here.",
      ),
      ...(noGroups === undefined ? [] : [context(noGroups)]),
      ...roleNames.flatMap((role) => {
        const { title, may } = asked[role];
        const who = roles[role];
        return [
          ticksInput(`${role}_by`, title, boxes, ticked(who), may),
          peopleInput(`${role}_people`, `${title} by name`, who.people),
          ...(groups ? [groupsInput(`${role}_groups`, `${title} by user group`, who.groups, groups)] : []),
        ];
      }),
    ];
  },
  read: (values, withGroups) => ({
    change: (before) => {
      const were = rolesOf(before);
      const read = (role: RoleName): RoleAssignment => ({
        ...readTicks(values, role),
        people: [...several(values, `${role}_people`)],
        groups: withGroups ? [...several(values, `${role}_groups`)] : [...were[role].groups],
      });
      const roles = {
        admin: read("admin"),
        operator: read("operator"),
        viewer: read("viewer"),
        approver: read("approver"),
      };
      // Unchanged defaults stay unset, so that better defaults apply later.
      return JSON.stringify(roles) === JSON.stringify(were) ? {} : { roles };
    },
  }),
};

function ticked({ slackAdmins, members }: RoleAssignment): (keyof typeof boxes)[] {
  return [...(slackAdmins ? ["slackAdmins" as const] : []), ...(members ? ["members" as const] : [])];
}

function readTicks(values: SettingsValues, role: RoleName): Pick<RoleAssignment, "slackAdmins" | "members"> {
  const chosen = several(values, `${role}_by`);
  return { slackAdmins: chosen.includes("slackAdmins"), members: chosen.includes("members") };
}

function several(values: SettingsValues, actionId: string): readonly string[] {
  return values.get(actionId)?.several ?? [];
}
