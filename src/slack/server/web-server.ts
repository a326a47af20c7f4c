import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { CallbackOptions, InstallProvider } from "@slack/oauth";
import type { Log } from "../../domain/ports/log.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { installPathOptions } from "../installation/install-pages.ts";
import { harden } from "../installation/security-headers.ts";
import { limitedServer, type LimitedServerOptions } from "../../http/limited-server.ts";

/** The path for installing Patchbay. */
export const installPath = "/slack/install";

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
export interface WebOptions extends LimitedServerOptions {
  readonly log: Log;
  readonly routes: readonly PublicRoute[];
  /** The handler of alerts, whose path has an id behind this prefix. It never rejects. */
  readonly hooks?:
    | {
        readonly prefix: string;
        answer(request: IncomingMessage, response: ServerResponse, id: string): Promise<void>;
      }
    | undefined;
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

/** Everything that is served over HTTP: Slack's requests unless they use sockets, health, metrics and installation. */
export function webServer(options: WebOptions): Server {
  const { log, slack, hooks } = options;
  const resources = resourcesOf(options);
  return limitedServer(options, (request, response) => {
    const method = request.method ?? "";
    const path = pathOf(request.url);
    if (slack && path === slack.path && method === "POST") {
      // It adds the security headers itself, for speed.
      void slack.answer(request, response);
      return;
    }
    harden(response);
    const hookId = hooks && path.startsWith(hooks.prefix) ? path.slice(hooks.prefix.length) : undefined;
    if (hooks && hookId !== undefined && method === "POST") {
      void hooks.answer(request, response, hookId);
      return;
    }
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
