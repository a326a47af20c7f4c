import { rolesOf } from "../../domain/access/roles.ts";
import type { WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import type { ChangedSettings } from "../../operations/workspace/change-settings.ts";
import { context } from "../block-kit/blocks.ts";
import { readRole, roleInputs } from "./role-inputs.ts";
import type { SettingsSection } from "./section.ts";

/** Who may do what. Approvers are in the topic of what they approve. */
export const rolesSection: SettingsSection = {
  id: "roles",
  title: "Roles",
  blocks: (settings, offered) => [
    context("Only full members of this workspace get a role, even if others are named here."),
    ...(offered.noGroups === undefined ? [] : [context(offered.noGroups)]),
    ...(["admin", "operator", "viewer"] as const).flatMap((role) => roleInputs(role, settings, offered)),
  ],
  read: (values, withGroups) => ({
    change: (before) => {
      const were = rolesOf(before);
      const read = (role: "admin" | "operator" | "viewer") => readRole(values, role, withGroups, were[role]);
      const roles = {
        admin: read("admin"),
        operator: read("operator"),
        viewer: read("viewer"),
        approver: were.approver,
      };
      return changedRoles(before, roles);
    },
  }),
};

/** The roles to store. Unchanged defaults stay unset, so that better defaults apply later. */
export function changedRoles(before: WorkspaceSettings, roles: ReturnType<typeof rolesOf>): ChangedSettings {
  return JSON.stringify(roles) === JSON.stringify(rolesOf(before)) ? {} : { roles };
}
