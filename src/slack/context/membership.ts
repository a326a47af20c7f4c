import type { Installed } from "./installed.ts";

/** What `users.info` says of somebody, as far as Patchbay needs it. */
export interface SlackUser {
  /** What they are called: a user name, a full name, and what they want to be called. */
  readonly name?: string;
  readonly real_name?: string;
  readonly profile?: { readonly display_name?: string; readonly real_name?: string };
  readonly team_id?: string;
  /** The IANA name of their time zone. */
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

/** What Slack calls somebody; undefined where it says nothing. */
export function slackName({ profile, real_name: fullName, name }: SlackUser): string | undefined {
  return profile?.display_name || profile?.real_name || fullName || name || undefined;
}

type InstalledIn = Pick<Installed, "teamId" | "enterpriseId">;

/** Whether somebody is a full member of what Patchbay is installed in: no outsider, guest or bot, nobody who has left. */
export function isMember(user: SlackUser, installed: InstalledIn): boolean {
  const isNone = user.deleted || user.is_bot || user.is_stranger;
  if (isNone || user.is_restricted || user.is_ultra_restricted) return false;
  return belongsTo(user, installed);
}

/**
 * Whether somebody is an admin or owner of what Patchbay is installed in. A rank in one workspace counts for nothing in an
 * organisation: there only a rank in the organisation itself does.
 */
export function isSlackAdmin(user: SlackUser, { teamId }: Pick<InstalledIn, "teamId">): boolean {
  if (teamId !== undefined) return Boolean(user.is_admin || user.is_owner || user.is_primary_owner);
  return Boolean(user.enterprise_user?.is_admin || user.enterprise_user?.is_owner);
}

/**
 * Whether somebody belongs to the workspace, or for an org-wide install to the organisation. An admin of a neighbouring
 * workspace of the same organisation is nobody here.
 */
function belongsTo(
  { team_id, enterprise_user: enterpriseUser }: SlackUser,
  { teamId, enterpriseId }: InstalledIn,
): boolean {
  if (teamId !== undefined) return team_id === teamId || (enterpriseUser?.teams ?? []).includes(teamId);
  return enterpriseId !== undefined && enterpriseUser?.enterprise_id === enterpriseId;
}
