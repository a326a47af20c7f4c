import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";
import { acts } from "./api-routes.ts";
import { bundlePage, type Asset } from "./bundle.ts";
import { writeDemoProgram } from "../demo-program.ts";
import { foreignRequest, securityHeaders } from "./guard.ts";
import { readManifest } from "./manifest.ts";
import { pageWorkspaces } from "./people.ts";
import { startRoundRobin } from "../replicas/round-robin.ts";
import { visitorFor } from "./screen.ts";
import { startDemoSession, type DemoSession, type DemoSessionOptions } from "./demo-session.ts";
import { streamOf, type Stream } from "./stream.ts";
import { vendors } from "../../vendors/index.ts";
import type { Bootstrap } from "./types.ts";

/** The running page. */
export interface DemoPage {
  /** Its URL, with the actual port. */
  readonly url: string;
  /** The address of the HTTP API, which stays the same when the app or the session starts again; undefined if it is off. */
  readonly apiUrl: string | undefined;
  /** The current demo session. A reset replaces it. */
  stage(): DemoSession;
  /** Replaces the whole session by a new one. Open pages reload. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface PageOptions extends DemoSessionOptions {
  /** The preferred port. If it is in use, or by default, any free port is used. */
  readonly port?: number | undefined;
  /** Where to write a program `patchbay`, the command line of the session; nowhere by default. */
  readonly programFolder?: string | undefined;
}

const longestBody = 64 * 1024;

async function startSession({ programFolder, ...options }: PageOptions): Promise<DemoSession> {
  const session = await startDemoSession(options);
  if (programFolder !== undefined) writeDemoProgram(programFolder, session.harness.environment);
  return session;
}

/** Builds the harness and its page, and serves both on the loopback interface. */
export async function startPage(options: PageOptions = {}): Promise<DemoPage> {
  const [assets, app, firstStage] = await Promise.all([bundlePage(), readManifest(), startSession(options)]);
  const bootstrap: Bootstrap = {
    app,
    workspaces: pageWorkspaces.map(({ info }) => info),
    hasReplicas: options.replicas !== undefined,
    vendors: Object.values(vendors).map(({ id, title }) => ({ id, title })),
  };
  let session = firstStage;
  let stream: Stream = streamOf(session);
  let resetting: Promise<void> | undefined;

  const reset = async (): Promise<void> => {
    stream.end();
    await session.close();
    session = await startSession(options);
    stream = streamOf(session);
  };
  const resetOnce = async (): Promise<void> => {
    resetting ??= reset().finally(() => {
      resetting = undefined;
    });
    await resetting;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const foreign = foreignRequest(request);
    if (foreign !== undefined) return reply(response, 403, { error: foreign });
    const url = new URL(request.url ?? "/", "http://localhost");
    const isRead = request.method === "GET" || request.method === "HEAD";
    const asset = isRead ? assets.get(url.pathname) : undefined;
    if (asset) return hand(response, asset);
    if (!url.pathname.startsWith("/api/demo/"))
      return reply(response, 404, { error: "there is no such page" });
    const name = url.pathname.slice("/api/demo/".length);
    if (isRead && name === "bootstrap") return reply(response, 200, bootstrap);
    await resetting;
    if (isRead && name === "events") {
      const visitor = visitorFor(session.harness, url.searchParams.get("as") ?? "");
      stream.open(visitor, Number(url.searchParams.get("since") ?? "0"), response);
      return;
    }
    const act = acts.get(name);
    if (request.method !== "POST" || (!act && name !== "reset"))
      return reply(response, 404, { error: "there is no such thing to do" });
    const body = await readJson(request);
    if (act) return reply(response, 200, (await act.run(session, body)) ?? {});
    await resetOnce();
    return reply(response, 200, {});
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A request from an outdated page is not the server's fault: the page gets the reason and redraws.
      const words = error instanceof z.ZodError ? "the request is not as it should be" : wordsOf(error);
      if (response.headersSent) response.destroy();
      else reply(response, 409, { error: words });
    });
  });
  const port = await listen(server, options.port ?? 0);
  const api = options.hasApi ? await startRoundRobin(() => apiPorts(session)) : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    apiUrl: api?.url,
    stage: () => session,
    reset: resetOnce,
    close: async () => {
      stream.end();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await api?.close();
      await resetting;
      await session.close();
    },
  };
}

/** Where the app of a session serves its HTTP API now; nowhere while it is stopped. */
function apiPorts({ harness }: DemoSession): readonly number[] {
  const url = harness.apiUrl();
  return url === "" ? [] : [Number(new URL(url).port)];
}

/** Listens on the loopback interface, on any free port if the requested one is in use. */
async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken || port === 0) throw error;
    return listen(server, 0);
  }
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}

function hand(response: ServerResponse, { type, body }: Asset): void {
  response.writeHead(200, { ...securityHeaders, "content-type": type, "cache-control": "no-store" });
  response.end(body);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    ...securityHeaders,
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request as AsyncIterable<string>) {
    text += chunk;
    if (text.length > longestBody) throw new Error("the request is too long");
  }
  return JSON.parse(text === "" ? "{}" : text) as unknown;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "something went wrong";
}
