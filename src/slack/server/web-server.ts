import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { CallbackOptions, InstallProvider } from "@slack/oauth";
import type { Log } from "../../domain/ports/log.ts";
import type { HttpRefusal } from "../../domain/ports/metrics.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { installPathOptions } from "../installation/install-pages.ts";
import { harden } from "../installation/security-headers.ts";
import { endSlowRequests, defaultSlowRequestLimits, type SlowRequestLimits } from "./slow-requests.ts";

export type { SlowRequestLimits as Patience } from "./slow-requests.ts";

/** The path for installing Patchbay. */
export const installPath = "/slack/install";

/**
 * How long a connection may be idle, in milliseconds: longer than at a load balancer (60 s), so that the balancer
 * closes it.
 */
const idleMs = 75_000;
/**
 * Node's own limits also count idle time before the first request. `SlowRequestLimits` limits requests that have
 * started.
 */
const nodeLimits = {
  keepAliveTimeout: idleMs,
  headersTimeout: idleMs + 1000,
  requestTimeout: idleMs + 10_000,
  maxHeaderSize: 16_384,
  insecureHTTPParser: false,
};
/** Each connection needs up to 16 KB for headers, and a file descriptor that the database may need. */
const mostConnections = 2000;

/** A resource with its own path. */
export interface PublicRoute {
  readonly path: string;
  answer(request: IncomingMessage): Promise<{
    readonly status: number;
    readonly type: string;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
  }>;
}

/** What to serve over HTTP. */
export interface WebOptions {
  readonly log: Log;
  /** How long requests may take to arrive. */
  readonly slowRequestLimits?: SlowRequestLimits | undefined;
  /** Called for each request that is refused or times out. It must not throw. */
  readonly onRefused?: (why: HttpRefusal) => void;
  readonly routes: readonly PublicRoute[];
  /** The handler of Slack's requests; undefined with sockets. */
  readonly slack:
    | { readonly path: string; answer(request: IncomingMessage, response: ServerResponse): Promise<void> }
    | undefined;
  readonly installing:
    | {
        readonly installer: InstallProvider;
        readonly scopes: string[];
        readonly redirectPath: string;
        readonly callback: CallbackOptions;
      }
    | undefined;
}

/** The handlers of a path, by method. */
type Resource = Readonly<
  Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>
>;

/**
 * Everything that is served over HTTP: Slack's requests unless they use sockets, health, metrics and installation. Does
 * not listen yet. Node itself refuses what could be read as two requests (RFC 9112, 6.3).
 */
export function webServer(options: WebOptions): Server {
  const { log, slack, slowRequestLimits = defaultSlowRequestLimits, onRefused = () => undefined } = options;
  const { connectionsCheckingInterval } = slowRequestLimits;
  const resources = resourcesOf(options);
  const server = createServer({ ...nodeLimits, connectionsCheckingInterval }, (request, response) => {
    const coding = request.headers["transfer-encoding"];
    if (coding !== undefined && coding.toLowerCase() !== "chunked") {
      // Node only responds itself when it reads the body, and some requests get their response before that.
      response.writeHead(400, { connection: "close" }).end();
      return;
    }
    const method = request.method ?? "";
    const path = pathOf(request.url);
    if (slack && path === slack.path && method === "POST") {
      // It adds the security headers itself, for speed.
      void slack.answer(request, response);
      return;
    }
    harden(response);
    const resource = resources.get(path);
    const answer = resource && ownValue(resource, method);
    if (!answer) {
      if (resource) response.setHeader("allow", Object.keys(resource).join(", "));
      response.writeHead(resource ? 405 : 404).end();
      return;
    }
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error, path }, "page not served");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.maxConnections = mostConnections;
  server.on("drop", () => onRefused("too_many_connections"));
  endSlowRequests(server, slowRequestLimits, () => onRefused("slow"));
  return server;
}

function resourcesOf({ routes, slack, installing }: WebOptions): ReadonlyMap<string, Resource> {
  const resources = new Map<string, Resource>();
  for (const { path, answer } of routes) {
    const read = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { status, type, body, headers } = await answer(request);
      response.writeHead(status, { ...headers, "content-type": type }).end(body);
    };
    resources.set(path, { GET: read, HEAD: read });
  }
  if (slack)
    resources.set(slack.path, { POST: async (request, response) => slack.answer(request, response) });
  if (!installing) return resources;
  const { installer, scopes, redirectPath, callback } = installing;
  // Not for HEAD, which link previews use: it would consume the state of the person who is installing.
  resources.set(redirectPath, {
    GET: async (request, response) => installer.handleCallback(request, response, callback),
  });
  resources.set(installPath, {
    GET: async (request, response) =>
      installer.handleInstallPath(request, response, installPathOptions, { scopes }),
    HEAD: async (_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end();
    },
  });
  return resources;
}

/**
 * The path of a request's target. A proxy may send the target with its origin (RFC 9112, 3.2.2), and proxies and people
 * add slashes and capitals.
 */
function pathOf(target = "/"): string {
  const [fromPath = "/"] = target.replace(/^https?:\/\/[^/?]*/iu, "").split("?");
  const path = fromPath.toLowerCase().replaceAll(/\/+/gu, "/");
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Starts listening. Resolves to the port; throws system errors, for example if the port is taken. */
export async function listening(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}
