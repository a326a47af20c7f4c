import { once } from "node:events";
import { App, type Authorize, type Logger } from "@slack/bolt";
import { InstallProvider } from "@slack/oauth";
import type { Replicas } from "../../domain/ports/replicas.ts";
import type { HttpRefusal } from "../../domain/ports/metrics.ts";
import { arrivals } from "../router/arrivals.ts";
import { slackFetch } from "../context/web-clients.ts";
import { httpReceiver } from "./http-receiver.ts";
import { installationStore } from "../installation/installation-store.ts";
import { callbackOptions, installPage } from "../installation/install-pages.ts";
import { oauthStateStore } from "../installation/oauth-state-store.ts";
import { dualSocketReceiver } from "./dual-socket-receiver.ts";
import { register } from "../router/router.ts";
import type { SlackDeps } from "../context/services.ts";
import { listening } from "../../http/limited-server.ts";
import type { SlowRequestLimits } from "../../http/slow-requests.ts";
import { webServer, type PublicRoute, type WebOptions } from "./web-server.ts";
import { eventsPath, redirectPath, botScopes } from "../installation/oauth-config.ts";

/** How Slack reaches the bot, and how the bot is installed. */
export interface SlackServerOptions {
  readonly signingSecret: string | undefined;
  /** With it, Socket Mode is used in place of HTTP. */
  readonly appToken: string | undefined;
  /** With it, many workspaces can install the app by OAuth. Without it, one bot token is used. */
  readonly oauth:
    | { readonly clientId: string; readonly clientSecret: string; readonly stateSecret: string }
    | undefined;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly logger: Logger;
  /** How long requests may take to arrive; tests use shorter limits. */
  readonly slowRequestLimits?: SlowRequestLimits | undefined;
  /** Called for each HTTP request that is refused. It must not throw. */
  readonly onRefused?: (why: HttpRefusal) => void;
  readonly routes: readonly PublicRoute[];
  readonly hooks?: WebOptions["hooks"];
  /** See `dualSocketReceiver`. */
  readonly replicas?: Replicas | undefined;
}

/** The running Slack server. */
export interface SlackServer {
  /** Starts it. Resolves to the port of the HTTP server. */
  start(): Promise<number>;
  /** Whether it can receive requests now. */
  connected(): boolean;
  /** The number of open sockets to Slack; undefined over HTTP. */
  openSockets(): number | undefined;
  /** Resolves when the connection to Slack is permanently lost. */
  readonly lost: Promise<void>;
  /** Accepts no more requests. Running work continues. */
  stop(): Promise<void>;
  /** Closes connections with an incomplete request. */
  closeConnections(): void;
}

/** A Bolt app with our listener, over HTTP or sockets. */
export function slackServer(deps: SlackDeps, options: SlackServerOptions): SlackServer {
  const { appToken, logger, oauth } = options;
  const watch = arrivals();
  const sockets = appToken
    ? dualSocketReceiver(
        { appToken, logger, arrivedMs: watch.since, replicas: options.replicas },
        deps.slackApiUrl,
      )
    : undefined;
  const http = sockets
    ? undefined
    : httpReceiver({
        signingSecret: options.signingSecret ?? "",
        log: deps.log,
        arrivedMs: watch.since,
        ...(options.onRefused ? { onRefused: options.onRefused } : {}),
      });
  const receiver = sockets ?? http;
  if (!receiver) throw new Error("there is either HTTP or a socket");
  const app = new App({
    receiver,
    logger,
    // New options, because Bolt and its clients modify them.
    clientOptions: { slackApiUrl: deps.slackApiUrl, logger, fetch: slackFetch() },
    convoStore: false,
    ignoreSelf: false,
    authorize: authorizeBy(deps),
  });
  app.error(async (error) => {
    // Over HTTP, the receiver logs this after its response.
    if (sockets) deps.log.error({ err: error }, "request not handled");
    throw error;
  });
  register(app, deps);
  const server = webServer({
    ...options,
    log: deps.log,
    slack: http && { path: eventsPath, answer: async (request, response) => http.answer(request, response) },
    installing: oauth && {
      installer: installProvider(deps, oauth, logger),
      scopes: botScopes,
      redirectPath,
      callback: callbackOptions(deps),
    },
  });
  return {
    start: async () => {
      const port = await listening(server, options.host, options.port);
      try {
        await app.start();
      } catch (error) {
        server.close();
        throw error;
      }
      return port;
    },
    connected: () => (sockets ? sockets.openCount() > 0 : server.listening),
    openSockets: () => sockets?.openCount(),
    lost: sockets?.lost ?? new Promise(() => undefined),
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      await Promise.all([app.stop(), closed]);
    },
    closeConnections: () => {
      watch.stop();
      server.closeAllConnections();
    },
  };
}

/** Bolt must not refuse a request before our listener, which explains that there is no installation. */
function authorizeBy({ findInstalled, log }: SlackDeps): Authorize<boolean> {
  return async ({ teamId, enterpriseId, isEnterpriseInstall }) => {
    try {
      const installed = await findInstalled({ teamId, enterpriseId, isEnterpriseInstall });
      return { installed, ...(installed ? { botToken: installed.botToken } : {}) };
    } catch (error) {
      log.error({ err: error, team: teamId }, "installation not opened");
      return { installed: undefined };
    }
  };
}

function installProvider(
  deps: SlackDeps,
  { clientId, clientSecret, stateSecret }: NonNullable<SlackServerOptions["oauth"]>,
  logger: Logger,
): InstallProvider {
  return new InstallProvider({
    clientId,
    clientSecret,
    stateStore: oauthStateStore(stateSecret, deps.installations),
    // The prefix makes browsers accept it from this host and over HTTPS only.
    stateCookieName: "__Host-patchbay-install",
    installationStore: installationStore(deps.installations, deps.now),
    clientOptions: { slackApiUrl: deps.slackApiUrl, fetch: slackFetch() },
    // Slack's pages are on slack.com, not on its API's host. A fake has both on one origin.
    authorizationUrl: new URL("/oauth/v2/authorize", new URL(deps.slackApiUrl).origin).href,
    renderHtmlForInstallPath: (url) => installPage(url, botScopes),
    logger,
  });
}
