import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { CallbackOptions, InstallProvider } from "@slack/oauth";
import type { Log } from "../domain/log.ts";
import { installPathOptions } from "./install-pages.ts";
import { harden } from "./public-answer.ts";

/** Where people install Patchbay, beside Slack's own paths. */
export const installPath = "/slack/install";

/** How long a request may take to come in, and how often the server looks for those that take longer, in milliseconds. */
export interface Patience {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

/** Slack sends a request at once, from close by; who takes longer than this holds a connection open for its own sake. */
const usualPatience: Patience = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
};

/** Something that is read at a path of its own. */
export interface PublicRoute {
  readonly path: string;
  answer(): Promise<{ readonly status: number; readonly type: string; readonly body: string }>;
}

/** What is served over HTTP. */
export interface WebOptions {
  readonly log: Log;
  /** How long requests may take to come in. */
  readonly patience?: Patience | undefined;
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

/**
 * All that is served over HTTP: Slack's requests where they come that way, health, metrics and installation. It is made,
 * and listens when it is told to. Node refuses by itself what could be read as two requests (RFC 9112, 6.3).
 */
export function webServer({ log, routes, slack, installing, patience = usualPatience }: WebOptions): Server {
  const limits = { ...patience, keepAliveTimeout: 5000, maxHeaderSize: 16_384, insecureHTTPParser: false };
  return createServer(limits, (request, response) => {
    const { method } = request;
    const path = pathOf(request.url);
    if (slack && path === slack.path && method === "POST") {
      // It hardens its answers itself: there are many of them.
      void slack.answer(request, response);
      return;
    }
    harden(response);
    const answer = async (): Promise<void> => {
      if (installing && (path === installing.redirectPath || path === installPath) && method !== "GET") {
        response.writeHead(405).end();
        return;
      }
      if (installing && path === installing.redirectPath) {
        await installing.installer.handleCallback(request, response, installing.callback);
        return;
      }
      if (installing && path === installPath) {
        await installing.installer.handleInstallPath(request, response, installPathOptions, {
          scopes: installing.scopes,
        });
        return;
      }
      const route = routes.find((one) => one.path === path);
      const isRead = method === "GET" || method === "HEAD";
      if (!route || !isRead) {
        response.writeHead(route ? 405 : 404).end();
        return;
      }
      const { status, type, body } = await route.answer();
      response.writeHead(status, { "content-type": type }).end(body);
    };
    answer().catch((error: unknown) => {
      log.error({ err: error, path }, "page not served");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
}

/** The path of a request's target, which a proxy may send with its origin (RFC 9112, 3.2.2). */
function pathOf(target = "/"): string {
  const fromPath = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?]*/iu, "");
  const query = fromPath.indexOf("?");
  return query < 0 ? fromPath : fromPath.slice(0, query);
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
