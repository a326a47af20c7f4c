import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { CallbackOptions, InstallProvider } from "@slack/oauth";
import type { Log } from "../../domain/log.ts";
import type { HttpRefusal } from "../../domain/metrics.ts";
import { ownValue } from "../../domain/own-value.ts";
import { installPathOptions } from "../installation/install-pages.ts";
import { harden } from "../installation/security-headers.ts";
import { endSlowRequests, defaultSlowRequestLimits, type SlowRequestLimits } from "./slow-requests.ts";

export type { SlowRequestLimits as Patience } from "./slow-requests.ts";

/** Where people install Patchbay, beside Slack's own paths. */
export const installPath = "/slack/install";

/** How long a connection may be idle, in milliseconds: longer than a load balancer (60 s), so that the balancer closes it. */
const idleMs = 75_000;
/** Node's own limits count idle time before the first request, too; those of a request that has begun are in `SlowRequestLimits`. */
const nodeLimits = {
  keepAliveTimeout: idleMs,
  headersTimeout: idleMs + 1000,
  requestTimeout: idleMs + 10_000,
  maxHeaderSize: 16_384,
  insecureHTTPParser: false,
};
/** Each takes up to 16 KB of headers, and a file descriptor that the database may need. */
const mostConnections = 2000;

/** Something that is read at a path of its own. */
export interface PublicRoute {
  readonly path: string;
  answer(request: IncomingMessage): Promise<{
    readonly status: number;
    readonly type: string;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
  }>;
}

/** What is served over HTTP. */
export interface WebOptions {
  readonly log: Log;
  /** How long requests may take to come in. */
  readonly patience?: SlowRequestLimits | undefined;
  /** Told of each request that is turned away or not waited for. It must not throw. */
  readonly onRefused?: (why: HttpRefusal) => void;
  readonly routes: readonly PublicRoute[];
  /** Where Slack posts its requests; undefined while they come in by sockets. */
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

/** What answers at a path, by method. */
type Resource = Readonly<
  Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>
>;

/**
 * All that is served over HTTP: Slack's requests where they come that way, health, metrics and installation. It is made,
 * and listens when it is told to. Node refuses by itself what could be read as two requests (RFC 9112, 6.3).
 */
export function webServer(options: WebOptions): Server {
  const { log, slack, patience = defaultSlowRequestLimits, onRefused = () => undefined } = options;
  const { connectionsCheckingInterval } = patience;
  const resources = resourcesOf(options);
  const server = createServer({ ...nodeLimits, connectionsCheckingInterval }, (request, response) => {
    const coding = request.headers["transfer-encoding"];
    if (coding !== undefined && coding.toLowerCase() !== "chunked") {
      // Node says so only once it comes to the body, and some requests are answered before it.
      response.writeHead(400, { connection: "close" }).end();
      return;
    }
    const method = request.method ?? "";
    const path = pathOf(request.url);
    if (slack && path === slack.path && method === "POST") {
      // It hardens its answers itself: there are many of them.
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
  endSlowRequests(server, patience, () => onRefused("slow"));
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
  // Not for HEAD, which link previews send: it would use up the state of the person who is installing.
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
 * The path that a request's target means. A proxy may send the target with its origin (RFC 9112, 3.2.2), and proxies and
 * people add slashes and capitals.
 */
function pathOf(target = "/"): string {
  const [fromPath = "/"] = target.replace(/^https?:\/\/[^/?]*/iu, "").split("?");
  const path = fromPath.toLowerCase().replaceAll(/\/+/gu, "/");
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Has a server listen. Resolves to the port; throws what the system says, such as that it is taken. */
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
