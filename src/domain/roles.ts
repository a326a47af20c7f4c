import type { Role } from "./actor.ts";
import { noPermissions, type Permissions } from "./authorization.ts";
import type {
  ConnectionOperators,
  RoleName,
  Roles,
  RoleAssignment,
  WorkspaceSettings,
} from "./workspace-settings.ts";

/** What Slack says of somebody, as far as rights depend on it. */
export interface SlackMembership {
  /** A full member: no guest, no bot, nobody who has left or belongs elsewhere. Undefined when Slack does not say. */
  readonly member: boolean | undefined;
  /** An admin or owner in Slack of what Patchbay is installed in: a workspace, or a whole organisation. */
  readonly slackAdmin: boolean;
  /** The user groups that they are in, of those that the settings name. */
  readonly groups: ReadonlySet<string>;
}

const nobody: RoleAssignment = { slackAdmins: false, members: false, people: [], groups: [] };

/** Who has each role where nobody has settled it. */
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

/** The user groups that a workspace's settings name. */
export function groupsNamed(settings: WorkspaceSettings): readonly string[] {
  const narrowed = Object.values(settings.connectionOperators ?? {});
  return [...new Set([...Object.values(rolesOf(settings)), ...narrowed].flatMap(({ groups }) => groups))];
}

/**
 * What somebody may do, from what Slack says of them and what the workspace has settled. Who is no full member may do
 * nothing, named or not; while Slack does not say, only being named counts.
 */
export function rightsOf(
  userId: string,
  standing: SlackMembership,
  settings: WorkspaceSettings,
): Permissions {
  if (standing.member === false) return noPermissions;
  const roles = rolesOf(settings);
  const has = (role: RoleName): boolean => {
    const { slackAdmins, members, people, groups } = roles[role];
    if (people.includes(userId)) return true;
    if (standing.member !== true) return false;
    return (
      members || (slackAdmins && standing.slackAdmin) || groups.some((group) => standing.groups.has(group))
    );
  };
  const ranks = ["admin", "operator", "viewer"] as const satisfies readonly Role[];
  const role = ranks.find((rank) => has(rank)) ?? "none";
  const isAmong = ({ people, groups }: ConnectionOperators): boolean =>
    people.includes(userId) || groups.some((group) => standing.groups.has(group));
  const narrowed = Object.entries(settings.connectionOperators ?? {});
  return {
    role,
    approver: has("approver"),
    // An admin could let themselves in at any moment; the entry about that would be all that is gained.
    deniedConnections:
      role === "admin" ? [] : narrowed.flatMap(([id, operators]) => (isAmong(operators) ? [] : [id])),
  };
}
