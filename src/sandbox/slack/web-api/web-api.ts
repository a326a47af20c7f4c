import { type ApiMethod, refusal } from "./api-call.ts";
import { chatMethods } from "./chat-methods.ts";
import { directoryMethods } from "./directory-methods.ts";
import type { Workspace } from "../emulated-workspace.ts";
import { fileMethods } from "./file-methods.ts";
import { isObject, type Json, parseJson, stringOf } from "../json.ts";
import { groupMethods } from "./group-methods.ts";
import { accessToken, exchangeToken } from "./oauth.ts";
import { viewMethods } from "./view-methods.ts";
import type { World } from "../world.ts";

const METHODS: Record<string, ApiMethod> = {
  ...viewMethods,
  ...chatMethods,
  ...directoryMethods,
  ...groupMethods,
  ...fileMethods,
};
/** Arguments that are JSON inside a form. */
const JSON_ARGUMENTS = ["view", "blocks", "attachments", "metadata"];

/** Parses the arguments and the token of a call, sent as a form or as JSON. */
export function readArguments(
  body: string,
  contentType: string,
  authorization: string,
  query: URLSearchParams,
): { args: Json; token: string; authorization: string } {
  const parsed = contentType.includes("application/json") ? parseJson(body) : undefined;
  const args: Json = {
    ...Object.fromEntries(query),
    ...(isObject(parsed)
      ? parsed
      : contentType.includes("json")
        ? {}
        : Object.fromEntries(new URLSearchParams(body))),
  };
  for (const name of JSON_ARGUMENTS) {
    const value = args[name];
    if (typeof value === "string") args[name] = parseJson(value) ?? value;
  }
  const bearer = /^Bearer\s+(.+)$/iu.exec(authorization)?.[1];
  const token = bearer ?? stringOf(args["token"]);
  delete args["token"];
  return { args, token, authorization };
}

/** The workspace that a call is about, of those that its token is valid for (several for an org-wide install). */
function workspaceFor(world: World, token: string, args: Json): Workspace | undefined {
  const candidates = world.workspaces.filter(({ tokens }) => tokens.has(token));
  const trigger = world.triggers.find(stringOf(args["trigger_id"]));
  const names = [args["channel"], args["user"], args["user_id"], args["users"]].map(stringOf);
  return (
    candidates.find((each) => trigger?.workspace === each) ??
    candidates.find((each) => each.seed.teamId === args["team_id"]) ??
    candidates.find((each) => world.views.find(each, stringOf(args["view_id"]), "\0") !== undefined) ??
    candidates.find((each) =>
      names.some((id) => (each.channel(id) ?? each.user(id) ?? each.directChannels.get(id)) !== undefined),
    ) ??
    candidates[0]
  );
}

export async function answerCall(
  world: World,
  method: string,
  { args, token, authorization }: { args: Json; token: string; authorization: string },
): Promise<Json> {
  if (method === "api.test") return { ok: true, args };
  if (method === "oauth.v2.access") return accessToken(world, args, authorization);
  if (method === "oauth.v2.exchange") return exchangeToken(world, args, token, authorization);
  if (token === "") return refusal("not_authed");
  if (method === "apps.connections.open") {
    if (token !== world.options.appToken) return refusal("invalid_auth");
    return { ok: true, url: world.sockets.ticket() };
  }
  if (token === world.options.appToken) return refusal("not_allowed_token_type");
  if (world.rotation.isExpired(token)) return refusal("token_expired");
  const workspace = workspaceFor(world, token, args);
  if (workspace === undefined) return refusal("invalid_auth");
  const { team_id: _teamId, ...rest } = args;
  const here = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (here === undefined) return workspace.ask(method, rest, token);
  return here({ world, workspace, token, args: rest });
}
