import { enterpriseOf } from "../web-api/directory-methods.ts";
import type { Workspace } from "../emulated-workspace.ts";
import { slug } from "../ids.ts";
import type { Json } from "../json.ts";
import type { StoredMessage } from "../messages.ts";
import type { UserSeed } from "../types.ts";
import type { World } from "../world.ts";

/** A person in a workspace: everything that a payload says about who acted. */
export interface Session {
  readonly world: World;
  readonly workspace: Workspace;
  readonly user: UserSeed;
}

/** The deprecated verification token. Apps must not rely on it. */
export const VERIFICATION_TOKEN = "sandbox-verification-token";

/** Whether a person belongs to another organization (Slack Connect). */
export function isForeign({ workspace, user }: Session): boolean {
  return user.teamId !== undefined && user.teamId !== workspace.seed.teamId;
}

function organization(session: Session): { id: string; name: string } | null {
  return enterpriseOf(isForeign(session) ? session.user : session.workspace.seed);
}

/** The common part of every interaction: who, where, and in which installation. */
export function common(session: Session): Json {
  const { seed } = session.workspace;
  const enterprise = organization(session);
  const team = {
    id: session.user.teamId ?? seed.teamId,
    domain: slug(isForeign(session) ? `team-${session.user.teamId}` : seed.name),
    ...(enterprise === null ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
  };
  return {
    token: VERIFICATION_TOKEN,
    api_app_id: session.world.options.appId,
    team: seed.orgInstall === true ? null : team,
    user: {
      id: session.user.id,
      username: slug(session.user.name),
      name: slug(session.user.name),
      team_id: session.user.teamId ?? seed.teamId,
    },
    enterprise,
    is_enterprise_install: seed.orgInstall === true,
  };
}

/** A new trigger id for what this person just did. */
export function trigger({ world, workspace, user }: Session): string {
  return world.triggers.create(workspace, user.id);
}

/** A conversation as in payloads. */
export function channelOf({ workspace }: Session, channelId: string): { id: string; name: string } {
  const channel = workspace.channel(channelId);
  return { id: channelId, name: channel?.name ?? "directmessage" };
}

/** A new `response_url` for a conversation, and the message that was acted upon. */
export function responseUrl(
  { world, workspace, user }: Session,
  channelId: string,
  original?: StoredMessage,
): string {
  const place = { workspace, channelId, userId: user.id, ...(original === undefined ? {} : { original }) };
  return world.url + world.responseUrls.create(place);
}
