import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { nowMs } from "./ids.ts";
import { type Json, stringOf } from "./json.ts";
import { consentPage, giveConsent } from "./web-api/oauth.ts";
import { answerResponseUrl } from "./web-api/post-message.ts";
import type { CallFailure, WebApiCall } from "./types.ts";
import { takeUpload } from "./web-api/uploads.ts";
import { answerCall, readArguments } from "./web-api/web-api.ts";
import { record, type World } from "./world.ts";

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(request, "end");
  return Buffer.concat(chunks).toString("utf8");
}

function reply(response: ServerResponse, status: number, body: Json | string, headers: Json = {}): void {
  const isText = typeof body === "string";
  response.writeHead(status, {
    "content-type": isText ? "text/html; charset=utf-8" : "application/json; charset=utf-8",
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  });
  response.end(isText ? body : JSON.stringify(body));
}

/** Responds with a requested failure. `hang` keeps the connection open until the failures are cleared. */
function replyFailing({ failures }: World, response: ServerResponse, failure: CallFailure): string {
  if (failure.dropConnection === true) {
    response.destroy();
    return "connection dropped";
  }
  if (failure.hang === true) {
    failures.hold(() => response.destroy());
    return "no answer";
  }
  const limited = failure.retryAfter !== undefined;
  const status = failure.status ?? (limited ? 429 : 200);
  const error = failure.error ?? (limited ? "ratelimited" : "internal_error");
  reply(response, status, { ok: false, error }, limited ? { "retry-after": failure.retryAfter } : {});
  return error;
}

function finish(world: World, call: Omit<WebApiCall, "ok">, error: string | undefined): void {
  record(world.calls, { ...call, ok: error === undefined, ...(error === undefined ? {} : { error }) });
  world.changes.tell();
}

async function serveCall(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const started = { at: new Date().toISOString(), atMs: nowMs() };
  const { "content-type": type = "", authorization = "" } = request.headers;
  const read = readArguments(await readBody(request), type, authorization, url.searchParams);
  const method = url.pathname.slice("/api/".length);
  const call = { ...started, method, token: read.token, args: read.args };
  const failure = world.failures.take(method);
  if (failure !== undefined && failure.afterwards !== true)
    return finish(world, call, replyFailing(world, response, failure));
  const answer = await answerCall(world, method, read);
  if (failure !== undefined)
    return finish(world, { ...call, answer }, replyFailing(world, response, failure));
  finish(world, { ...call, answer }, answer["ok"] === true ? undefined : stringOf(answer["error"]));
  return reply(response, 200, answer);
}

async function serveResponseUrl(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const started = { at: new Date().toISOString(), atMs: nowMs() };
  const body = await readBody(request);
  const args = readArguments(body, "application/json", "", new URLSearchParams()).args;
  const call = { ...started, method: "response_url", token: "", args };
  const failure = world.failures.take("response_url");
  if (failure !== undefined) return finish(world, call, replyFailing(world, response, failure));
  const { status, error } = answerResponseUrl(world, path, body);
  finish(world, call, error);
  return reply(response, status, error === undefined ? "ok" : { ok: false, error });
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", world.url);
  const path = url.pathname;
  if (path.startsWith("/api/")) return serveCall(world, request, response, url);
  if (path.startsWith("/response/")) return serveResponseUrl(world, request, response, path);
  if (path.startsWith("/upload/v1/")) {
    const sent = { body: await readBody(request), type: request.headers["content-type"] ?? "" };
    const { status, words } = await takeUpload(world.uploads, path.slice("/upload/v1/".length), sent);
    return reply(response, status, words);
  }
  if (path === "/oauth/v2/authorize") {
    const page = consentPage(world, url.searchParams);
    return reply(response, page.status, page.html);
  }
  if (path === "/oauth/v2/authorize/callback") {
    const form = Object.fromEntries(new URLSearchParams(await readBody(request)));
    const location = await giveConsent(world, form);
    return location === undefined
      ? reply(response, 400, "<h1>Something went wrong</h1>")
      : reply(response, 302, "", { location });
  }
  return reply(response, 404, "not found");
}

/** Starts the only server that the app and people's browsers reach, on the loopback interface. */
export async function startFront(world: World, port: number): Promise<Server> {
  const { now = () => new Date() } = world.options;
  const server = createServer((request, response) => {
    response.setHeader("date", now().toUTCString());
    serve(world, request, response).catch((error: unknown) => {
      if (!response.headersSent)
        reply(response, 500, { ok: false, error: `sandbox fault: ${String(error)}` });
    });
  });
  server.on("upgrade", (request, socket, head) => {
    world.sockets.upgrade(request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", resolve);
  });
  const address = server.address();
  world.url = `http://localhost:${typeof address === "object" ? (address?.port ?? port) : port}`;
  return server;
}
