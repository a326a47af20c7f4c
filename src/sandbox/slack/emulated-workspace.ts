import { createEmulator } from "emulate";
import { send } from "./http-client.ts";
import { innerTokens } from "./web-api/inner-tokens.ts";
import { isObject, type Json, objectsOf, parseJson, stringOf } from "./json.ts";
import type { ChannelSeed, SlackSandboxOptions, UserSeed, WorkspaceSeed } from "./types.ts";

/** A workspace: its seed, and its `emulate`, which stores views, messages and conversations. */
export interface Workspace {
  readonly seed: WorkspaceSeed;
  /** Every valid token: the seeded one and those of later installs. */
  readonly tokens: Set<string>;
  /** The channels that the bot is a member of. */
  readonly botChannels: Set<string>;
  /** Direct message channels and their people. */
  readonly directChannels: Map<string, string>;
  user(id: string): UserSeed | undefined;
  channel(id: string): ChannelSeed | undefined;
  /** Calls `emulate` as the app, with the seed's ids. `token` matters for methods that check scopes. */
  ask(method: string, args: Json, token?: string): Promise<Json>;
  /** Posts a form to one of `emulate`'s pages. Returns the address of the redirect. */
  submitPage(path: string, form: Record<string, string>): Promise<string>;
  /** The direct message channel of a person; opens it if necessary. */
  directChannel(userId: string): Promise<string>;
  /** Runs work one after the other, so that an acknowledgement and a call that follows it stay in order. */
  inOrder<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** These arguments contain ids. Everywhere else, text is the app's own and stays unchanged. */
const ID_ARGUMENTS = ["channel", "channel_id", "user", "user_id", "users", "team_id"];
const OWN_TEXT = new Set(["blocks", "text", "private_metadata", "state", "metadata", "attachments", "title"]);

function translate(value: unknown, ids: Map<string, string>): unknown {
  if (typeof value === "string") return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each) => translate(each, ids));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, OWN_TEXT.has(key) ? field : translate(field, ids)]),
  );
}

/** Starts `emulate` for one workspace and maps its random ids to the seed's. */
export async function startWorkspace(
  seed: WorkspaceSeed,
  options: SlackSandboxOptions & { appId: string },
): Promise<Workspace> {
  const inner = innerTokens(options.callsPerToken);
  const botTokens = [...inner.all, seed.botToken].map((token) => ({
    token,
    type: "bot",
    user_id: seed.botUserId,
    bot_id: seed.botId,
    bot_user_id: seed.botUserId,
    app_id: options.appId,
    ...(token === seed.botToken && seed.scopes !== undefined ? { scopes: seed.scopes } : {}),
  }));
  const emulator = await createEmulator({
    service: "slack",
    port: 0,
    seed: {
      slack: {
        team: { name: seed.name },
        // Named by their ids, because names need not be unique here, and `emulate` itself uses two.
        users: seed.users.map((user) => ({ name: user.id, real_name: user.name, is_admin: user.isAdmin })),
        channels: seed.channels.map(({ id, isPrivate }) => ({ name: id, is_private: isPrivate })),
        oauth_apps: [
          {
            app_id: options.appId,
            client_id: options.clientId ?? "sandbox-client",
            client_secret: options.clientSecret ?? "sandbox-secret",
            name: "Sandbox app",
            redirect_uris: [],
            bot_id: seed.botId,
            bot_user_id: seed.botUserId,
          },
        ],
        tokens: botTokens,
        strict_scopes: seed.scopes !== undefined,
      },
    },
  });
  const inward = new Map<string, string>([[seed.teamId, "T000000001"]]);
  const outward = new Map<string, string>([["T000000001", seed.teamId]]);
  const directChannels = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();

  // A numeric address avoids a name lookup for every request.
  const address = `http://127.0.0.1:${new URL(emulator.url).port}`;
  const post = async (method: string, args: Json, token: string): Promise<Json> => {
    const request = {
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(args),
    };
    let answer = await send(`${address}/api/${method}`, { ...request, keepConnection: true });
    // A kept-alive connection may be closed just when the request is sent, so `emulate` has not read it.
    if (answer.failure === "connection") answer = await send(`${address}/api/${method}`, request);
    const body = parseJson(answer.body);
    if (isObject(body) && "ok" in body) return body;
    if (answer.status === 403)
      throw new Error(`emulate takes no more requests of this token: ${answer.body}`);
    return { ok: false, error: "unknown_method" };
  };
  const learn = (ours: string, theirs: unknown): void => {
    inward.set(ours, stringOf(theirs));
    outward.set(stringOf(theirs), ours);
  };
  for (const each of objectsOf((await post("users.list", { limit: 1000 }, inner.next()))["members"])) {
    const user = seed.users.find(({ id }) => id === each["name"]);
    if (user !== undefined) learn(user.id, each["id"]);
  }
  const types = "public_channel,private_channel";
  const listed = await post("conversations.list", { limit: 1000, types }, inner.next());
  for (const each of objectsOf(listed["channels"])) {
    const channel = seed.channels.find(({ id }) => id === each["name"]);
    if (channel !== undefined) learn(channel.id, each["id"]);
  }

  const workspace: Workspace = {
    seed,
    tokens: new Set([seed.botToken]),
    directChannels,
    botChannels: new Set(seed.channels.filter(({ botIsMember }) => botIsMember === true).map(({ id }) => id)),
    user: (id) => seed.users.find((user) => user.id === id),
    channel: (id) => seed.channels.find((channel) => channel.id === id),
    async ask(method, args, asked) {
      // For methods that do not check scopes, our token is as good as the seeded one.
      const token = asked === seed.botToken && !seed.scopes ? undefined : asked;
      const translated = { ...args };
      for (const name of ID_ARGUMENTS) {
        const value = translated[name];
        if (typeof value === "string") {
          translated[name] = value
            .split(",")
            .map((id) => inward.get(id) ?? id)
            .join(",");
        }
      }
      let answer = await post(method, translated, token ?? inner.next());
      // An org-wide token is issued by one workspace and valid in all. The front has checked it already.
      if (answer["error"] === "not_authed") answer = await post(method, translated, inner.next());
      const ours = translate(answer, outward);
      return isObject(ours) ? ours : {};
    },
    async submitPage(path, form) {
      const fields = { ...form, user_id: inward.get(form["user_id"] ?? "") ?? "" };
      const answer = await send(address + path, {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(fields).toString(),
      });
      return stringOf(answer.headers["location"]);
    },
    async directChannel(userId) {
      const opened = await workspace.ask("conversations.open", { users: userId });
      const id = isObject(opened["channel"]) ? stringOf(opened["channel"]["id"]) : "";
      if (id !== "") directChannels.set(id, userId);
      return id;
    },
    inOrder(work) {
      const next = last.then(work, work);
      last = next.catch(() => undefined);
      return next;
    },
    close: () => emulator.close(),
  };
  for (const id of workspace.botChannels) await workspace.ask("conversations.join", { channel: id });
  return workspace;
}
