import { refusal } from "./api-call.ts";
import { enterpriseOf } from "./directory-methods.ts";
import { send } from "../http-client.ts";
import { isObject, type Json, stringOf } from "../json.ts";
import { workspaceOf, type World } from "../world.ts";

const REDIRECTS = 5;
/** The default path of the redirect in Bolt, and so in most apps. */
const REDIRECT_PATH = "/slack/oauth_redirect";

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

/** Slack's consent page, with a button for every person who could install the app, in each workspace. */
export function consentPage(world: World, query: URLSearchParams): { status: number; html: string } {
  const clientId = world.options.clientId ?? "sandbox-client";
  if (query.get("client_id") !== clientId)
    return { status: 400, html: "<h1>Invalid client_id parameter</h1>" };
  const hidden = [...query]
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join("");
  const forms = world.workspaces.flatMap(({ seed }) =>
    seed.users
      .filter((user) => user.isBot !== true && user.deleted !== true && user.teamId === undefined)
      .map(
        (user) =>
          `<form method="post" action="/oauth/v2/authorize/callback">${hidden}` +
          `<input type="hidden" name="team_id" value="${escaped(seed.teamId)}">` +
          `<input type="hidden" name="user_id" value="${escaped(user.id)}">` +
          `<button>${escaped(`Allow in ${seed.name} as ${user.name}`)}</button></form>`,
      ),
  );
  const title = "Add the app to a workspace";
  return {
    status: 200,
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${forms.join("")}</html>`,
  };
}

/** The redirect after consent: back to the app, with a code; undefined if that is impossible. */
export async function giveConsent(world: World, form: Record<string, string>): Promise<string | undefined> {
  const workspace = world.workspaces.find(({ seed }) => seed.teamId === form["team_id"]);
  const redirect_uri = form["redirect_uri"] ?? world.options.redirectUrl ?? "";
  if (workspace === undefined || !URL.canParse(redirect_uri)) return undefined;
  const location = await workspace.submitPage("/oauth/v2/authorize/callback", { ...form, redirect_uri });
  // Each `emulate` knows only its own codes. The prefix says which one to ask.
  const url = new URL(location);
  url.searchParams.set("code", `${workspace.seed.teamId}.${url.searchParams.get("code") ?? ""}`);
  return url.toString();
}

/**
 * Checks the app's id and secret from the arguments or from HTTP basic authentication. Returns an error if they are
 * wrong.
 */
function clientOf(world: World, args: Json, authorization: string): { client: Json; wrong?: Json } {
  const [id, key] = Buffer.from(authorization.replace(/^Basic /u, ""), "base64")
    .toString()
    .split(":");
  const basic = authorization.startsWith("Basic ") ? { client_id: id, client_secret: key } : {};
  const client: Json = { client_id: args["client_id"], client_secret: args["client_secret"], ...basic };
  const { clientId = "sandbox-client", clientSecret = "sandbox-secret" } = world.options;
  if (client["client_id"] !== clientId) return { client, wrong: refusal("invalid_client_id") };
  if (client["client_secret"] !== clientSecret) return { client, wrong: refusal("bad_client_secret") };
  return { client };
}

/** `oauth.v2.access`: exchanges a code or a refresh token, once each, for a new token of its workspace. */
export async function accessToken(world: World, args: Json, authorization: string): Promise<Json> {
  const { client, wrong } = clientOf(world, args, authorization);
  if (wrong) return wrong;
  const grant = args["grant_type"] ?? "authorization_code";
  if (grant === "refresh_token") {
    return world.options.tokenRotation
      ? world.rotation.refresh(stringOf(args["refresh_token"]))
      : refusal("token_rotation_not_enabled");
  }
  return grant === "authorization_code" ? exchangeCode(world, args, client) : refusal("invalid_grant_type");
}

/** `oauth.v2.exchange`: exchanges a long-lived token from before token rotation, once, for an expiring one. */
export function exchangeToken(world: World, args: Json, token: string, authorization: string): Json {
  const { wrong } = clientOf(world, args, authorization);
  if (wrong) return wrong;
  if (!world.options.tokenRotation) return refusal("token_rotation_not_enabled");
  const opened = world.workspaces.filter(({ tokens }) => tokens.has(token));
  const [first] = opened;
  const about = { bot_user_id: first?.seed.botUserId, team: first && { id: first.seed.teamId } };
  return world.rotation.exchange(token, opened, about);
}

async function exchangeCode(world: World, args: Json, client: Json): Promise<Json> {
  const [teamId = "", code = ""] = stringOf(args["code"]).split(".");
  const workspace = world.workspaces.find(({ seed }) => seed.teamId === teamId);
  if (workspace === undefined) return refusal("invalid_code");
  const answer = await workspace.ask("oauth.v2.access", { ...args, ...client, code });
  if (answer["ok"] !== true) return answer;
  const { seed } = workspace;
  const org = seed.orgInstall === true;
  const opened = world.workspaces.filter(
    (each) =>
      each === workspace ||
      (org && each.seed.orgInstall === true && each.seed.enterpriseId === seed.enterpriseId),
  );
  for (const { tokens } of opened) tokens.add(stringOf(answer["access_token"]));
  const whole = {
    ...answer,
    team: org ? null : { id: seed.teamId, name: seed.name },
    enterprise: enterpriseOf(seed),
    is_enterprise_install: org,
    authed_user: isObject(answer["authed_user"]) ? answer["authed_user"] : {},
  };
  return world.options.tokenRotation ? world.rotation.begin(whole, opened) : whole;
}

/** Installs the app like a browser: the app's page, Slack's consent, the redirect back, with cookies. */
export async function install(
  world: World,
  installUrl: string,
  teamId: string,
  userId: string,
): Promise<{ status: number; body: string }> {
  const cookies = new Map<string, string>();
  const visit = async (url: string): Promise<{ status: number; body: string; location: string }> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await send(url, { method: "GET", headers: cookie === "" ? {} : { cookie } });
    for (const set of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/u.exec(set) ?? [];
      if (value === "" || /;\s*max-age=0/iu.test(set)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = stringOf(answer.headers["location"]);
    return { ...answer, location: location === "" ? "" : new URL(location, url).toString() };
  };
  const page = await visit(installUrl);
  const link = [...page.body.matchAll(/href="([^"]+)"/gu)].map(([, href = ""]) => unescaped(href));
  const authorize = [page.location, ...link].find((url) => url.startsWith(`${world.url}/oauth/v2/authorize`));
  if (authorize === undefined) return page;
  const query = new URL(authorize).searchParams;
  const consent = consentPage(world, query);
  if (consent.status !== 200) return { status: consent.status, body: consent.html };
  workspaceOf(world, teamId);
  const form = {
    redirect_uri: world.options.redirectUrl ?? new URL(REDIRECT_PATH, installUrl).href,
    ...Object.fromEntries(query),
    team_id: teamId,
    user_id: userId,
  };
  let next = (await giveConsent(world, form)) ?? "";
  let last = { status: 0, body: "" };
  for (let step = 0; next !== "" && step < REDIRECTS; step += 1) {
    const answer = await visit(next);
    last = { status: answer.status, body: answer.body };
    next = answer.location;
    // The app's last page may redirect the browser to Slack itself.
    if (next !== "" && new URL(next).hostname !== "localhost") break;
  }
  return last;
}
