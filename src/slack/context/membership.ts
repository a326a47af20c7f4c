import type { Installed } from "./installed.ts";

/** The parts of a `users.info` response that Patchbay needs. */
export interface SlackUser {
  /** The names of a person: user name, full name, and display name. */
  readonly name?: string;
  readonly real_name?: string;
  readonly profile?: { readonly display_name?: string; readonly real_name?: string };
  readonly team_id?: string;
  /** The IANA name of the person's time zone. */
  readonly tz?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_stranger?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_admin?: boolean;
  readonly is_owner?: boolean;
  readonly is_primary_owner?: boolean;
  readonly enterprise_user?: {
    readonly enterprise_id?: string;
    readonly teams?: readonly string[];
    readonly is_admin?: boolean;
    readonly is_owner?: boolean;
  };
}

/** The name of a person in Slack; undefined if there is none. */
export function slackName({ profile, real_name: fullName, name }: SlackUser): string | undefined {
  return profile?.display_name || profile?.real_name || fullName || name || undefined;
}

type InstalledIn = Pick<Installed, "teamId" | "enterpriseId">;

/**
 * Whether a person is a full member of the installation's workspace or organization: not an outsider, guest or bot, and
 * not deactivated.
 */
export function isMember(user: SlackUser, installed: InstalledIn): boolean {
  const isNone = user.deleted || user.is_bot || user.is_stranger;
  if (isNone || user.is_restricted || user.is_ultra_restricted) return false;
  return belongsTo(user, installed);
}

/**
 * Whether a person is an admin or owner of the installation's workspace or organization. For an org-wide install, only
 * a role in the organization counts, not one in a workspace.
 */
export function isSlackAdmin(user: SlackUser, { teamId }: Pick<InstalledIn, "teamId">): boolean {
  if (teamId !== undefined) return Boolean(user.is_admin || user.is_owner || user.is_primary_owner);
  return Boolean(user.enterprise_user?.is_admin || user.enterprise_user?.is_owner);
}

/**
 * Whether a person belongs to the workspace or, for an org-wide install, to the organization. An admin of another
 * workspace of the same organization has no permissions here.
 */
function belongsTo(
  { team_id, enterprise_user: enterpriseUser }: SlackUser,
  { teamId, enterpriseId }: InstalledIn,
): boolean {
  if (teamId !== undefined) return team_id === teamId || (enterpriseUser?.teams ?? []).includes(teamId);
  return enterpriseId !== undefined && enterpriseUser?.enterprise_id === enterpriseId;
}
