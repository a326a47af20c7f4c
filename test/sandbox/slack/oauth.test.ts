import { App, HTTPReceiver, type Installation } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SlackSandbox, startSlackSandbox } from "../../../src/sandbox/slack/index.ts";
import { call, portOf, quiet, SECRET, workspace } from "./tiny-app.ts";

let sandbox: SlackSandbox;
let app: App;
let base: string;
let kept: Installation[];
beforeEach(async () => {
  kept = [];
  sandbox = await startSlackSandbox({
    signingSecret: SECRET,
    clientId: "client",
    clientSecret: "hush",
    workspaces: [
      workspace(),
      workspace({
        teamId: "T2",
        botToken: "xoxb-two",
        botUserId: "UBOT2",
        enterpriseId: "E2",
        orgInstall: true,
      }),
    ],
  });
  const clientOptions = { slackApiUrl: sandbox.apiUrl };
  const receiver = new HTTPReceiver({
    signingSecret: SECRET,
    clientId: "client",
    clientSecret: "hush",
    stateSecret: "state",
    scopes: ["commands", "chat:write"],
    logger: quiet,
    installationStore: {
      storeInstallation: (installation) => {
        kept.push(installation);
        return Promise.resolve();
      },
      fetchInstallation: () => Promise.reject(new Error("not asked for")),
    },
    installerOptions: { clientOptions, authorizationUrl: `${sandbox.url}/oauth/v2/authorize` },
  });
  app = new App({ receiver, logger: quiet, clientOptions });
  const server = await receiver.start(0);
  base = `http://localhost:${portOf(server)}`;
});
afterEach(async () => {
  await app.stop();
  await sandbox.close();
});

describe("an installation", () => {
  it("goes through the app's page and the consent, and gives the app a working token", async () => {
    const page = await sandbox.install(`${base}/slack/install`, "T1", "U1");
    expect(page.status).toBe(200);
    const [installation] = kept;
    expect(installation).toMatchObject({
      team: { id: "T1", name: "Night Shift" },
      user: { id: "U1" },
      bot: { userId: "UBOT", scopes: ["commands", "chat:write"] },
      isEnterpriseInstall: false,
    });
    const token = installation?.bot?.token ?? "";
    expect(token).not.toBe("xoxb-one");
    expect(await call(sandbox, "auth.test", {}, token)).toMatchObject({ ok: true, team_id: "T1" });
  });

  it("of a whole organization has no team", async () => {
    await sandbox.install(`${base}/slack/install`, "T2", "U2");
    expect(kept[0]).toMatchObject({ enterprise: { id: "E2" }, isEnterpriseInstall: true });
    expect(kept[0]?.team).toBeUndefined();
  });

  it("gives each code once, and none to another app", async () => {
    const unknown = await fetch(`${sandbox.url}/oauth/v2/authorize?client_id=other`);
    expect(unknown.status).toBe(400);
    const consent = await fetch(`${sandbox.url}/oauth/v2/authorize/callback`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({
        client_id: "client",
        scope: "commands",
        state: "s",
        redirect_uri: "http://localhost:1/back",
        team_id: "T1",
        user_id: "U1",
      }),
    });
    const back = new URL(consent.headers.get("location") ?? "");
    expect(back.searchParams.get("state")).toBe("s");
    const exchange = (client_secret: string): Promise<Record<string, unknown>> =>
      call(sandbox, "oauth.v2.access", {
        code: back.searchParams.get("code"),
        client_id: "client",
        client_secret,
      });
    expect(await exchange("wrong")).toMatchObject({ ok: false });
    expect(await exchange("hush")).toMatchObject({ ok: true, authed_user: { id: "U1" } });
    expect(await exchange("hush")).toEqual({ ok: false, error: "invalid_code" });
  });

  it("ends when the app revokes its token", async () => {
    expect(await call(sandbox, "auth.revoke", {})).toMatchObject({ revoked: true });
    expect(await call(sandbox, "auth.test", {})).toEqual({ ok: false, error: "invalid_auth" });
  });
});

describe("token rotation", () => {
  const client = { client_id: "client", client_secret: "hush" };
  let rotating: SlackSandbox;
  beforeEach(async () => {
    rotating = await startSlackSandbox({
      signingSecret: SECRET,
      clientId: "client",
      clientSecret: "hush",
      tokenRotation: { lifetimeSeconds: 43_200 },
      workspaces: [workspace()],
    });
  });
  afterEach(async () => {
    await rotating.close();
  });
  const refresh = async (refresh_token: unknown, more = {}) =>
    call(rotating, "oauth.v2.access", { ...client, grant_type: "refresh_token", refresh_token, ...more });

  it("exchanges a permanent token or a refresh token once, for a token of the workspace", async () => {
    const first = await call(rotating, "oauth.v2.exchange", client, "xoxb-one");
    expect(first).toMatchObject({ ok: true, token_type: "bot", expires_in: 43_200 });
    expect(await call(rotating, "oauth.v2.exchange", client, "xoxb-one")).toMatchObject({
      error: "token_already_exchanged",
    });
    const second = await refresh(first["refresh_token"]);
    expect(second).toMatchObject({ ok: true, expires_in: 43_200 });
    expect(second["refresh_token"]).not.toBe(first["refresh_token"]);
    expect(await refresh(first["refresh_token"])).toEqual({ ok: false, error: "invalid_refresh_token" });
    expect(await call(rotating, "auth.test", {}, String(second["access_token"]))).toMatchObject({
      team_id: "T1",
    });
  });

  it("is refused for another app, and for an app without it", async () => {
    expect(await refresh("xoxe-1-none")).toEqual({ ok: false, error: "invalid_refresh_token" });
    expect(await refresh("xoxe-1-none", { client_secret: "guess" })).toMatchObject({
      error: "bad_client_secret",
    });
    expect(await refresh("xoxe-1-none", { client_id: "guess" })).toMatchObject({
      error: "invalid_client_id",
    });
    expect(await refresh("x", { grant_type: "password" })).toMatchObject({ error: "invalid_grant_type" });
    expect(
      await call(sandbox, "oauth.v2.access", { ...client, grant_type: "refresh_token", refresh_token: "x" }),
    ).toMatchObject({ error: "token_rotation_not_enabled" });
  });
});
