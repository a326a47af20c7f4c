import { personOf } from "../../domain/shared/actor.ts";
import { allPermissions, type Authorizer } from "../../domain/access/authorization.ts";
import { permissionsOf } from "../../domain/access/roles.ts";
import type { SettingsStore } from "../../domain/access/workspace-settings.ts";

/** Permissions without Slack: a person has only what the workspace's settings give to that person by name. */
export function namedPeople(settings: Pick<SettingsStore, "read">): Authorizer {
  return {
    permissions: async (actor, tried) => {
      const userId = personOf(actor);
      if (userId === undefined) return allPermissions;
      const unknown = { member: undefined, slackAdmin: false, groups: new Set<string>() };
      return {
        ...permissionsOf(userId, unknown, tried ?? (await settings.read())),
        unavailableReason: `Patchbay cannot ask Slack who ${userId} is, so only what the settings give to that person by name counts.`,
      };
    },
  };
}
