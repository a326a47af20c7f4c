import { createServer, type Server } from "node:http";
import type { CallbackOptions, InstallProvider } from "@slack/oauth";
import type { Log } from "../domain/log.ts";
import { serverOptions, type Patience } from "./guarded-requests.ts";
import { installPathOptions } from "./install-pages.ts";
import { harden } from "./public-answer.ts";

/** Where people install Patchbay, beside Slack's own paths. */
export const installPath = "/slack/install";

/** What is served over HTTP while requests come in by sockets. */
export interface SideOptions {
  readonly log: Log;
  /** How long requests may take to come in. */
  readonly patience?: Patience | undefined;
  readonly routes: readonly {
    readonly path: string;
    answer(): Promise<{ status: number; type: string; body: string }>;
  }[];
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
 * HTTP beside the sockets: health, metrics and installation. Bolt's own such server listens on every interface, whatever
 * HOST says. It is made, and listens when it is told to.
 */
export function sideServer({ log, routes, installing, patience }: SideOptions): Server {
  return createServer(serverOptions(patience), (request, response) => {
    harden(response);
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const answer = async (): Promise<void> => {
      if (installing && pathname === installing.redirectPath) {
        await installing.installer.handleCallback(request, response, installing.callback);
        return;
      }
      if (installing && pathname === installPath) {
        await installing.installer.handleInstallPath(request, response, installPathOptions, {
          scopes: installing.scopes,
        });
        return;
      }
      const route = routes.find(({ path }) => path === pathname);
      const isRead = request.method === "GET" || request.method === "HEAD";
      if (!route || !isRead) {
        response.writeHead(route ? 405 : 404).end();
        return;
      }
      const { status, type, body } = await route.answer();
      response.writeHead(status, { "content-type": type }).end(body);
    };
    answer().catch((error: unknown) => {
      log.error({ err: error, path: pathname }, "page not served");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
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
