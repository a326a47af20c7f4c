import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import { App, HTTPReceiver, type Authorize, type CustomRoute, type Logger } from "@slack/bolt";
import { guardedRequests, serverOptions, type Patience } from "./guarded-requests.ts";
import { installationStore } from "./installation-store.ts";
import { callbackOptions, installPage, installPathOptions } from "./install-pages.ts";
import { onceState } from "./once-state.ts";
import { pairedSockets, type PairedSockets } from "./paired-sockets.ts";
import { harden } from "./public-answer.ts";
import { register } from "./register.ts";
import type { Services } from "./services.ts";
import { installPath, listening, sideServer } from "./side-server.ts";

/** Where Slack sends requests, and people back after an installation. */
export const eventsPath = "/slack/events";
export const redirectPath = "/slack/oauth_redirect";

/** Of `botScopes` those that whoever installs it may leave out: what needs them then says so. */
export const optionalScopes = ["usergroups:read", "files:write"];

/** The scopes that Patchbay asks for; the manifest is held against them. */
export const botScopes = ["commands", "chat:write", "users:read", ...optionalScopes];

/** How the bot is reached, and how it is installed. */
export interface DoorOptions {
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
  readonly routes: readonly {
    readonly path: string;
    answer(): Promise<{ status: number; type: string; body: string }>;
  }[];
}

/** The Slack door while it is open. */
export interface Door {
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
  hangUp(): void;
}

/** A Bolt app with all our listeners, behind HTTP or a socket. */
export function slackDoor(services: Services, options: DoorOptions): Door {
  const { oauth, logger } = options;
  // Each gets an object of its own: Bolt and its clients write into what they are given.
  const clientOptions = () => ({ slackApiUrl: services.slackApiUrl });
  const installer = oauth
    ? {
        ...oauth,
        scopes: botScopes,
        installationStore: installationStore(services.installations, services.now),
      }
    : {};
  const installerOptions = {
    clientOptions: clientOptions(),
    authorizationUrl: new URL("/oauth/v2/authorize", authorizationOrigin(services.slackApiUrl)).href,
    installPath,
    redirectUriPath: redirectPath,
    directInstall: false,
    renderHtmlForInstallPath: (url: string) => installPage(url, botScopes),
    installPathOptions,
    callbackOptions: callbackOptions(services),
    // The prefix makes browsers take it from this very host and over HTTPS only.
    stateCookieName: "__Host-patchbay-install",
    ...(oauth ? { stateStore: onceState(oauth.stateSecret) } : {}),
    port: options.port,
  };
  const sockets = options.appToken
    ? pairedSockets(
        { appToken: options.appToken, logger, installerOptions, ...installer },
        services.slackApiUrl,
      )
    : undefined;
  const http = sockets
    ? undefined
    : new HTTPReceiver({
        signingSecret: options.signingSecret ?? "",
        endpoints: [eventsPath],
        logger,
        customRoutes: options.routes.map(customRoute),
        installerOptions,
        ...installer,
      });
  if (http) http.requestListener = guardedRequests(http.requestListener, eventsPath);
  const authorize: Authorize<boolean> = async (source) => {
    // Bolt must not fail here, before any listener: ours turn away who has no installation, with words.
    const installed = await services
      .findInstalled({
        teamId: source.teamId,
        enterpriseId: source.enterpriseId,
        isEnterpriseInstall: source.isEnterpriseInstall,
      })
      .catch((error: unknown) => {
        services.log.error({ err: error, team: source.teamId }, "installation not opened");
        return undefined;
      });
    return { installed, ...(installed ? { botToken: installed.botToken } : {}) };
  };
  const receiver = sockets ?? http;
  if (!receiver) throw new Error("there is either HTTP or a socket");
  if (receiver.installer) receiver.installer.authorize = authorize;
  const app = new App({
    receiver,
    logger,
    clientOptions: clientOptions(),
    convoStore: false,
    ignoreSelf: false,
    ...(receiver.installer ? {} : { authorize }),
  });
  app.error(async (error) => {
    services.log.error({ err: error }, "request not handled");
    throw error;
  });
  register(app, services);
  let up = false;
  let server: Server | undefined;
  const startBesideSockets = async ({ installer: provider }: PairedSockets): Promise<number> => {
    const { callbackOptions: callback } = installerOptions;
    const installing = provider && { installer: provider, scopes: botScopes, redirectPath, callback };
    server = sideServer({ ...options, log: services.log, installing });
    const port = await listening(server, options.host, options.port);
    try {
      await app.start();
    } catch (error) {
      server.close();
      throw error;
    }
    return port;
  };
  return {
    start: async () => {
      if (sockets) return startBesideSockets(sockets);
      if (!http) return options.port;
      server = await http.start({ host: options.host, port: options.port }, serverOptions(options.patience));
      const address = server.address();
      up = true;
      return typeof address === "object" && address ? address.port : options.port;
    },
    connected: () => (sockets ? sockets.openCount() > 0 : up),
    openSockets: () => sockets?.openCount(),
    lost: sockets?.lost ?? new Promise(() => undefined),
    stop: async () => {
      const closed = sockets && server ? once(server, "close") : undefined;
      if (sockets) server?.close();
      await app.stop();
      await closed;
    },
    hangUp: () => server?.closeAllConnections(),
  };
}

function customRoute({ path, answer }: DoorOptions["routes"][number]): CustomRoute {
  return {
    path,
    method: ["GET", "HEAD"],
    handler: (_request, response: ServerResponse) => {
      harden(response);
      void answer().then(
        ({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body),
        () => response.writeHead(500).end(),
      );
    },
  };
}

/** Slack's pages are on slack.com, its API beside them; a stand-in has both on one origin. */
function authorizationOrigin(slackApiUrl: string): string {
  return new URL(slackApiUrl).origin;
}
