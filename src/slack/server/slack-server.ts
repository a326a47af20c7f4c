import { once } from "node:events";
import { App, type Authorize, type Logger } from "@slack/bolt";
import { InstallProvider } from "@slack/oauth";
import type { HttpRefusal } from "../../domain/metrics.ts";
import { arrivals } from "../router/arrivals.ts";
import { slackFetch } from "../context/web-clients.ts";
import { httpReceiver } from "./http-receiver.ts";
import { installationStore } from "../installation/installation-store.ts";
import { callbackOptions, installPage } from "../installation/install-pages.ts";
import { oauthStateStore } from "../installation/oauth-state-store.ts";
import { dualSocketReceiver } from "./dual-socket-receiver.ts";
import { register } from "../router/router.ts";
import type { SlackDeps } from "../context/services.ts";
import { listening, webServer, type Patience, type PublicRoute } from "./web-server.ts";
import { eventsPath, redirectPath, botScopes } from "../installation/oauth-config.ts";

/** How the bot is reached, and how it is installed. */
export interface SlackServerOptions {
  readonly signingSecret: string | undefined;
  /** Socket Mode in place of HTTP. */
  readonly appToken: string | undefined;
  /** Many workspaces by OAuth in place of one token. */
  readonly oauth:
    | { readonly clientId: string; readonly clientSecret: string; readonly stateSecret: string }
    | undefined;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly logger: Logger;
  /** How long requests may take to come in; a test waits for less. */
  readonly patience?: Patience | undefined;
  /** Told of each request over HTTP that is turned away. It must not throw. */
  readonly onRefused?: (why: HttpRefusal) => void;
  readonly routes: readonly PublicRoute[];
}

/** The Slack door while it is open. */
export interface SlackServer {
  /** Opens it. Resolves to the port that HTTP is served on. */
  start(): Promise<number>;
  /** Whether requests can come in now. */
  connected(): boolean;
  /** How many sockets to Slack are open; undefined where there are none to be, over HTTP. */
  openSockets(): number | undefined;
  /** Resolves when the connection to Slack is lost for good; pending until then. */
  readonly lost: Promise<void>;
  /** Takes no more requests; work that is under way goes on. */
  stop(): Promise<void>;
  /** Ends connections on which a request has not come in whole. */
  closeConnections(): void;
}

/** A Bolt app with our listener, behind HTTP or a socket. */
export function slackServer(deps: SlackDeps, options: SlackServerOptions): SlackServer {
  const { appToken, logger, oauth } = options;
  const watch = arrivals();
  const sockets = appToken
    ? dualSocketReceiver({ appToken, logger, arrivedMs: watch.since }, deps.slackApiUrl)
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
    // An object of its own: Bolt and its clients write into what they are given.
    clientOptions: { slackApiUrl: deps.slackApiUrl, logger, fetch: slackFetch() },
    convoStore: false,
    ignoreSelf: false,
    authorize: authorizeBy(deps),
  });
  app.error(async (error) => {
    // Over HTTP the receiver says so itself, once it has answered.
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

/** Bolt must not fail here, before any listener: ours turn away who has no installation, with words. */
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
    stateStore: oauthStateStore(stateSecret),
    // The prefix makes browsers take it from this very host and over HTTPS only.
    stateCookieName: "__Host-patchbay-install",
    installationStore: installationStore(deps.installations, deps.now),
    clientOptions: { slackApiUrl: deps.slackApiUrl, fetch: slackFetch() },
    // Slack's pages are on slack.com, its API beside them; a fake has both on one origin.
    authorizationUrl: new URL("/oauth/v2/authorize", new URL(deps.slackApiUrl).origin).href,
    renderHtmlForInstallPath: (url) => installPage(url, botScopes),
    logger,
  });
}
