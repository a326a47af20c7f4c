import type { Server, ServerResponse } from "node:http";
import { App, HTTPReceiver, type Authorize, type CustomRoute, type Logger } from "@slack/bolt";
import { installationStore } from "./installation-store.ts";
import { pairedSockets } from "./paired-sockets.ts";
import { register } from "./register.ts";
import type { Services } from "./services.ts";

/** Where Slack sends requests, and people back after an installation. */
export const eventsPath = "/slack/events";
export const redirectPath = "/slack/oauth_redirect";

/** The scopes that Patchbay asks for; the manifest is held against them. */
export const botScopes = ["commands", "chat:write", "users:read", "files:write"];

/** Those of them that may be declined when Patchbay is installed: what hangs on them is then said in another way. */
export const optionalScopes = ["files:write"];

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
  /** Resolves when the connection to Slack is lost for good; pending until then. */
  readonly lost: Promise<void>;
  /** Takes no more requests; work that is under way goes on. */
  stop(): Promise<void>;
  /** Ends connections on which a request has not come in whole. */
  hangUp(): void;
}

const bodyLimit = 1_000_000;

/** A Bolt app with all our listeners, behind HTTP or a socket. */
export function slackDoor(services: Services, options: DoorOptions): Door {
  const { oauth, logger } = options;
  const customRoutes = options.routes.map(customRoute);
  // Each gets an object of its own: Bolt and its clients write into what they are given.
  const clientOptions = () => ({ slackApiUrl: services.slackApiUrl });
  const installer = oauth
    ? {
        ...oauth,
        scopes: botScopes,
        installationStore: installationStore(services.installations, services.store, services.now),
      }
    : {};
  const installerOptions = {
    clientOptions: clientOptions(),
    authorizationUrl: new URL("/oauth/v2/authorize", authorizationOrigin(services.slackApiUrl)).href,
    installPath: "/slack/install",
    redirectUriPath: redirectPath,
    directInstall: false,
    port: options.port,
  };
  const sockets = options.appToken
    ? pairedSockets(
        { appToken: options.appToken, logger, customRoutes, installerOptions, ...installer },
        services.slackApiUrl,
      )
    : undefined;
  const http = sockets
    ? undefined
    : new HTTPReceiver({
        signingSecret: options.signingSecret ?? "",
        endpoints: [eventsPath],
        bodyLimit,
        logger,
        customRoutes,
        installerOptions,
        ...installer,
      });
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
  let listening = false;
  let server: Server | undefined;
  return {
    start: async () => {
      if (!http) {
        await app.start();
        return options.port;
      }
      server = await http.start({ host: options.host, port: options.port });
      const address = server.address();
      listening = true;
      return typeof address === "object" && address ? address.port : options.port;
    },
    connected: () => sockets?.connected() ?? listening,
    lost: sockets?.lost ?? new Promise(() => undefined),
    stop: async () => {
      await app.stop();
    },
    hangUp: () => server?.closeAllConnections(),
  };
}

function customRoute({ path, answer }: DoorOptions["routes"][number]): CustomRoute {
  return {
    path,
    method: ["GET", "HEAD"],
    handler: (_request, response: ServerResponse) => {
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
