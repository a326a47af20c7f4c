import type { Role } from "../shared/actor.ts";
import { noPermissions, type OnCallGrant, type Permissions } from "./authorization.ts";
import type {
  ConnectionOperators,
  RoleName,
  Roles,
  RoleAssignment,
  WorkspaceSettings,
} from "./workspace-settings.ts";

/** What Slack knows about a person that permissions depend on. */
export interface SlackMembership {
  /**
   * Whether the person is a full member: not a guest, a bot, deactivated or of another organization. Undefined if
   * Slack does not say.
   */
  readonly member: boolean | undefined;
  /** Whether the person is an admin or owner of the workspace or organization in Slack. */
  readonly slackAdmin: boolean;
  /** The person's user groups, of those named in the settings. */
  readonly groups: ReadonlySet<string>;
  /** The schedules in which the person is on call, of those named in the settings. */
  readonly onCall?: ReadonlyMap<string, OnCallGrant> | undefined;
  /** The schedules that an admin has confirmed the person in, each with its name for entries. */
  readonly confirmedIn?: ReadonlyMap<string, string> | undefined;
}

const nobody: RoleAssignment = { slackAdmins: false, members: false, people: [], groups: [] };

/** Who has each role unless the settings say otherwise. */
export const defaultRoles: Roles = {
  admin: { ...nobody, slackAdmins: true },
  operator: { ...nobody, members: true },
  viewer: { ...nobody, members: true },
  approver: { ...nobody, slackAdmins: true },
};

/** Who has each role in a workspace. */
export function rolesOf({ roles }: WorkspaceSettings): Roles {
  return {
    admin: roles?.admin ?? defaultRoles.admin,
    operator: roles?.operator ?? defaultRoles.operator,
    viewer: roles?.viewer ?? defaultRoles.viewer,
    approver: roles?.approver ?? defaultRoles.approver,
  };
}

/** The user groups named in a workspace's settings. */
export function groupsNamed(settings: WorkspaceSettings): readonly string[] {
  const narrowed = Object.values(settings.connectionOperators ?? {});
  return [...new Set([...Object.values(rolesOf(settings)), ...narrowed].flatMap(({ groups }) => groups))];
}

/** The schedules named in a workspace's settings, those of approvers first. */
export function schedulesNamed(settings: WorkspaceSettings): readonly string[] {
  const { approver, ...others } = rolesOf(settings);
  return [...new Set([approver, ...Object.values(others)].flatMap(({ schedules = [] }) => schedules))];
}

/**
 * A person's permissions, from what Slack knows and the workspace's settings. Only full members have permissions,
 * even if named. While Slack does not say, only people named in the settings have them.
 */
export function permissionsOf(
  userId: string,
  membership: SlackMembership,
  settings: WorkspaceSettings,
): Permissions {
  if (membership.member === false) return noPermissions;
  const roles = rolesOf(settings);
  const has = (role: RoleName): boolean => {
    const { slackAdmins, members, people, groups } = roles[role];
    if (people.includes(userId)) return true;
    if (membership.member !== true) return false;
    return (
      members ||
      (slackAdmins && membership.slackAdmin) ||
      groups.some((group) => membership.groups.has(group))
    );
  };
  const grantOf = (role: RoleName): OnCallGrant | undefined => {
    if (membership.member !== true || has(role)) return undefined;
    const found = (roles[role].schedules ?? []).map((id) => membership.onCall?.get(id));
    return found.find((grant) => grant !== undefined);
  };
  const ranks = ["admin", "operator", "viewer"] as const satisfies readonly Role[];
  const role = ranks.find((rank) => has(rank) || grantOf(rank)) ?? "none";
  const granted = { role: role === "none" ? undefined : grantOf(role), approver: grantOf("approver") };
  const approverSchedules = (roles.approver.schedules ?? []).flatMap(
    (id) => (membership.member === true ? membership.confirmedIn?.get(id) : undefined) ?? [],
  );
  const isAmong = ({ people, groups }: ConnectionOperators): boolean =>
    people.includes(userId) || groups.some((group) => membership.groups.has(group));
  const narrowed = Object.entries(settings.connectionOperators ?? {});
  return {
    role,
    approver: has("approver") || granted.approver !== undefined,
    ...(approverSchedules.length > 0 ? { approverSchedules } : {}),
    ...onCallOf(granted),
    // A limit on admins would be pointless: they could lift it at any time, and the entry would be the only effect.
    deniedConnections:
      role === "admin" ? [] : narrowed.flatMap(([id, operators]) => (isAmong(operators) ? [] : [id])),
  };
}

function onCallOf({
  role,
  approver,
}: {
  readonly role: OnCallGrant | undefined;
  readonly approver: OnCallGrant | undefined;
}): Pick<Permissions, "onCall"> {
  if (!role && !approver) return {};
  return { onCall: { ...(role ? { role } : {}), ...(approver ? { approver } : {}) } };
}
