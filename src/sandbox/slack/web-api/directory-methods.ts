import { type ApiMethod, refusal } from "./api-call.ts";
import type { Workspace } from "../emulated-workspace.ts";
import { slug } from "../ids.ts";
import { isObject, type Json, objectsOf, stringOf } from "../json.ts";
import type { UserSeed, WorkspaceSeed } from "../types.ts";

/** The organization of an Enterprise Grid workspace, else null. */
export function enterpriseOf(seed: { enterpriseId?: string }): { id: string; name: string } | null {
  const { enterpriseId } = seed;
  return enterpriseId === undefined ? null : { id: enterpriseId, name: `Organization ${enterpriseId}` };
}

function asUser(seed: WorkspaceSeed, user: UserSeed, emulated: Json): Json {
  const common = {
    ...emulated,
    id: user.id,
    team_id: user.teamId ?? seed.teamId,
    name: slug(user.name),
    real_name: user.name,
    profile: {
      ...(isObject(emulated["profile"]) ? emulated["profile"] : {}),
      real_name: user.name,
      real_name_normalized: user.name,
      display_name: user.name,
      display_name_normalized: user.name,
    },
    is_bot: user.isBot ?? false,
    deleted: user.deleted ?? false,
  };
  // Slack does not report permissions of deactivated people.
  if (user.deleted === true) return { ...common, is_admin: undefined, is_app_user: false };
  const foreign = user.teamId !== undefined && user.teamId !== seed.teamId;
  const enterpriseId = user.enterpriseId ?? (foreign ? undefined : seed.enterpriseId);
  return {
    ...common,
    tz: user.tz ?? "Europe/London",
    is_admin: (user.isAdmin ?? false) || (user.isOwner ?? false),
    is_owner: user.isOwner ?? false,
    is_primary_owner: false,
    is_restricted: (user.isRestricted ?? false) || (user.isUltraRestricted ?? false),
    is_ultra_restricted: user.isUltraRestricted ?? false,
    is_app_user: false,
    ...(foreign ? { is_stranger: true } : {}),
    ...(enterpriseId === undefined
      ? {}
      : {
          enterprise_user: {
            id: user.id,
            enterprise_id: enterpriseId,
            enterprise_name: `Organization ${enterpriseId}`,
            is_admin: user.isOrgAdmin ?? false,
            is_owner: user.isOrgOwner ?? false,
            teams: [user.teamId ?? seed.teamId],
          },
        }),
  };
}

function bot(seed: WorkspaceSeed): UserSeed {
  return { id: seed.botUserId, name: "Sandbox app", isBot: true };
}

const info: ApiMethod = async ({ workspace, args, token }) => {
  const { seed } = workspace;
  const answer = await workspace.ask("users.info", args, token);
  if (!isObject(answer["user"])) return answer;
  const user = args["user"] === seed.botUserId ? bot(seed) : workspace.user(stringOf(args["user"]));
  if (user === undefined) return refusal("user_not_found");
  return { ...answer, user: asUser(seed, user, answer["user"]) };
};

const people: ApiMethod = async ({ workspace, args, token }) => {
  const { seed } = workspace;
  const answer = await workspace.ask("users.list", { ...args, limit: 1000 }, token);
  if (answer["ok"] !== true) return answer;
  const emulated = new Map(objectsOf(answer["members"]).map((each) => [each["id"], each]));
  const members = [...seed.users, bot(seed)].map((user) => asUser(seed, user, emulated.get(user.id) ?? {}));
  return { ...answer, members };
};

const test: ApiMethod = async ({ workspace, args, token }) => {
  const { seed } = workspace;
  const answer = await workspace.ask("auth.test", args, token);
  if (answer["ok"] !== true) return answer;
  const enterprise = enterpriseOf(seed);
  const org = seed.orgInstall === true && enterprise !== null;
  return {
    ...answer,
    url: `https://${slug(seed.name)}.slack.com/`,
    team: org ? enterprise.name : seed.name,
    team_id: org ? enterprise.id : seed.teamId,
    bot_id: seed.botId,
    ...(enterprise === null ? {} : { enterprise_id: enterprise.id }),
    is_enterprise_install: org,
  };
};

function named(workspace: Workspace, channel: Json): Json {
  const seed = workspace.channel(stringOf(channel["id"]));
  return seed === undefined ? channel : { ...channel, name: seed.name, name_normalized: seed.name };
}

const channelInfo: ApiMethod = async ({ workspace, args, token }) => {
  const id = stringOf(args["channel"]);
  const channel = workspace.channel(id);
  const hidden = channel?.isPrivate === true && !workspace.botChannels.has(id);
  if ((channel === undefined && !workspace.directChannels.has(id)) || hidden) {
    return refusal("channel_not_found");
  }
  const answer = await workspace.ask("conversations.info", args, token);
  return isObject(answer["channel"]) ? { ...answer, channel: named(workspace, answer["channel"]) } : answer;
};

const channels: ApiMethod = async ({ workspace, args, token }) => {
  const answer = await workspace.ask("conversations.list", { ...args, limit: 1000 }, token);
  const seeded = objectsOf(answer["channels"]).filter(
    ({ id }) => workspace.channel(stringOf(id)) !== undefined || workspace.directChannels.has(stringOf(id)),
  );
  return answer["ok"] === true
    ? { ...answer, channels: seeded.map((each) => named(workspace, each)) }
    : answer;
};

const join: ApiMethod = async ({ workspace, args, token }) => {
  const answer = await workspace.ask("conversations.join", args, token);
  if (answer["ok"] === true) workspace.botChannels.add(stringOf(args["channel"]));
  return answer;
};

const openDirect: ApiMethod = async ({ workspace, args, token }) => {
  const answer = await workspace.ask("conversations.open", args, token);
  const users = stringOf(args["users"]);
  if (isObject(answer["channel"]) && users !== "" && !users.includes(",")) {
    workspace.directChannels.set(stringOf(answer["channel"]["id"]), users);
  }
  return answer;
};

const revoke: ApiMethod = async ({ workspace, token }) => {
  workspace.tokens.delete(token);
  return Promise.resolve({ ok: true, revoked: true });
};

/** Methods about users, channels and the token itself, from the seed. */
export const directoryMethods: Record<string, ApiMethod> = {
  "users.info": info,
  "users.list": people,
  "auth.test": test,
  "auth.revoke": revoke,
  "conversations.info": channelInfo,
  "conversations.list": channels,
  "conversations.join": join,
  "conversations.open": openDirect,
};
