import { chmodSync, lstatSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Log } from "../../domain/ports/log.ts";
import { answerRequest, type ControlHost } from "./answer-request.ts";
import { controlRequest, mostRequestBytes, type ControlAnswer } from "./control-protocol.ts";

/** What the control socket needs of the server. */
export interface ControlServerOptions extends ControlHost {
  readonly path: string;
  readonly version: string;
  readonly log: Log;
  /** Counts a request as running work, which a stopping server waits for. */
  track(work: Promise<unknown>): void;
}

/** The open socket. */
export interface ControlServer {
  /** Takes no more requests, and removes the socket. Those that run go on. */
  close(): void;
}

/**
 * Opens the socket for commands on this machine: HTTP, readable and writable by the server's user alone. Only the
 * process that holds the database's lock may call it: it replaces a socket that a killed server has left. If it cannot
 * be opened, people in Slack are served all the same, and the log says so.
 */
export async function openControlSocket(options: ControlServerOptions): Promise<ControlServer> {
  const { path, log } = options;
  const server = createServer((request, response) => {
    const answering = handle(options, request, response).catch((err: unknown) => {
      // The command has gone away. What it asked for is on record.
      log.warn({ err }, "command not answered");
      response.destroy();
    });
    options.track(answering);
  });
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    // Of a link, only itself is removed.
    if (found?.isSocket() || found?.isSymbolicLink()) rmSync(path);
    await listening(server, path);
    // Whatever the umask of the process is.
    chmodSync(path, 0o600);
  } catch (err) {
    server.close();
    log.error({ err, path }, "control socket not opened");
    return { close: () => undefined };
  }
  server.on("error", (err) => log.error({ err, path }, "control socket failed"));
  return {
    close: () => {
      server.close();
      server.closeIdleConnections();
    },
  };
}

async function listening(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function handle(
  options: ControlServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await bodyOf(request);
  if (text === undefined) return respond(options, response, 413, { kind: "not_understood" });
  const asked = controlRequest.safeParse(parsed(text));
  if (!asked.success) return respond(options, response, 400, { kind: "not_understood" });
  try {
    return respond(options, response, 200, await answerRequest(options, asked.data));
  } catch (err) {
    const id = options.newId("err");
    options.log.error({ err, id, command: asked.data.command }, "command failed");
    return respond(options, response, 500, { kind: "bug", id });
  }
}

/** Undefined if it is too long. It is read to its end, so that the answer arrives. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes <= mostRequestBytes) chunks.push(chunk);
  }
  return bytes <= mostRequestBytes ? Buffer.concat(chunks).toString("utf8") : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function respond(
  { version }: ControlServerOptions,
  response: ServerResponse,
  status: number,
  answer: ControlAnswer,
): void {
  response
    .writeHead(status, {
      "content-type": "application/json",
      "patchbay-version": version,
      connection: "close",
    })
    .end(JSON.stringify(answer));
}
