import { enterpriseOf } from "./directory-methods.ts";
import type { Workspace } from "./emulated-workspace.ts";
import { slug } from "./ids.ts";
import type { Json } from "./json.ts";
import type { StoredMessage } from "./messages.ts";
import type { UserSeed } from "./types.ts";
import type { World } from "./world.ts";

/** Somebody in a workspace: all that a payload says of who did it. */
export interface Seat {
  readonly world: World;
  readonly workspace: Workspace;
  readonly user: UserSeed;
}

/** The deprecated verification token, which apps must not rely on. */
export const VERIFICATION_TOKEN = "sandbox-verification-token";

/** Whether a person belongs to another organisation (Slack Connect). */
export function isForeign({ workspace, user }: Seat): boolean {
  return user.teamId !== undefined && user.teamId !== workspace.seed.teamId;
}

function organisation(seat: Seat): { id: string; name: string } | null {
  return enterpriseOf(isForeign(seat) ? seat.user : seat.workspace.seed);
}

/** What every interaction says: who, where, and in which installation. */
export function common(seat: Seat): Json {
  const { seed } = seat.workspace;
  const enterprise = organisation(seat);
  const team = {
    id: seat.user.teamId ?? seed.teamId,
    domain: slug(isForeign(seat) ? `team-${seat.user.teamId}` : seed.name),
    ...(enterprise === null ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
  };
  return {
    token: VERIFICATION_TOKEN,
    api_app_id: seat.world.options.appId,
    team: seed.orgInstall === true ? null : team,
    user: {
      id: seat.user.id,
      username: slug(seat.user.name),
      name: slug(seat.user.name),
      team_id: seat.user.teamId ?? seed.teamId,
    },
    enterprise,
    is_enterprise_install: seed.orgInstall === true,
  };
}

/** A fresh trigger id for what this person just did. */
export function trigger({ world, workspace, user }: Seat): string {
  return world.triggers.create(workspace, user.id);
}

/** A conversation as payloads name it. */
export function channelOf({ workspace }: Seat, channelId: string): { id: string; name: string } {
  const channel = workspace.channel(channelId);
  return { id: channelId, name: channel?.name ?? "directmessage" };
}

/** A fresh `response_url` for a conversation, and the message in it that was acted upon. */
export function responseUrl(
  { world, workspace, user }: Seat,
  channelId: string,
  original?: StoredMessage,
): string {
  const place = { workspace, channelId, userId: user.id, ...(original === undefined ? {} : { original }) };
  return world.url + world.responseUrls.create(place);
}
