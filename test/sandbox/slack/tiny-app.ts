import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { App, HTTPReceiver, type Logger, LogLevel } from "@slack/bolt";
import {
  type SlackSandbox,
  startSlackSandbox,
  type WorkspaceSeed,
} from "../../../src/sandbox/slack/index.ts";

/** The signing secret that sandbox and app share in these tests. */
export const SECRET = "a signing secret";

/** A silent logger, because refusals are expected here. */
export const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** A workspace with two people, a guest, a member of another organization, and two channels. */
export function workspace(more: Partial<WorkspaceSeed> = {}): WorkspaceSeed {
  return {
    teamId: "T1",
    name: "Night Shift",
    botToken: "xoxb-one",
    botUserId: "UBOT",
    botId: "BBOT",
    users: [
      { id: "U1", name: "Ada Lovelace", isAdmin: true },
      { id: "U2", name: "Grace Hopper", tz: "America/New_York" },
      { id: "UGUEST", name: "Guest", isUltraRestricted: true },
      { id: "UGONE", name: "Gone", deleted: true },
      { id: "UFAR", name: "Far Away", teamId: "TFAR" },
    ],
    channels: [
      { id: "C1", name: "on-call" },
      { id: "C2", name: "with-bot", botIsMember: true },
      { id: "C3", name: "secret", isPrivate: true },
    ],
    ...more,
  };
}

/** A sandbox and a Bolt app, connected by HTTP. */
export interface Pair {
  sandbox: SlackSandbox;
  app: App;
  close(): Promise<void>;
}

/** Starts both; the app has no listeners yet. */
export async function startPair(
  options: { workspaces?: WorkspaceSeed[]; ackTimeoutMs?: number } = {},
): Promise<Pair> {
  const { workspaces = [workspace()], ...rest } = options;
  const sandbox = await startSlackSandbox({ signingSecret: SECRET, workspaces, ...rest });
  const receiver = new HTTPReceiver({ signingSecret: SECRET, logger: quiet });
  const app = new App({
    receiver,
    logger: quiet,
    authorize: (source) => {
      const seed = workspaces.find(({ teamId }) => teamId === source.teamId) ?? workspaces[0];
      return Promise.resolve({
        botToken: seed?.botToken ?? "",
        botUserId: seed?.botUserId ?? "",
        botId: seed?.botId ?? "",
      });
    },
    clientOptions: { slackApiUrl: sandbox.apiUrl, retryConfig: { retries: 0 } },
  });
  const server = await receiver.start(0);
  sandbox.connect(`http://localhost:${portOf(server)}/slack/events`);
  return {
    sandbox,
    app,
    async close() {
      await app.stop();
      await sandbox.close();
    },
  };
}

/** The port that a server listens on. */
export function portOf(server: HttpServer | HttpsServer): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

/** Whether a value is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Calls a Web API method without a library. */
export async function call(
  sandbox: SlackSandbox,
  method: string,
  args: Record<string, unknown>,
  token = "xoxb-one",
): Promise<Record<string, unknown>> {
  const answer = await fetch(sandbox.apiUrl + method, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  const body: unknown = await answer.json();
  if (!isRecord(body)) throw new Error(`${method} answered ${String(body)}`);
  return body;
}
