import { lstatSync, statSync, type Stats } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import type { z } from "zod";
import { Problem } from "../../domain/problem/problem.ts";
import { controlAnswer, mostRequestBytes, type ControlRequest } from "./control-protocol.ts";

/** Where a server on this machine listens for commands. */
export interface ControlSocket {
  readonly path: string;
  readonly databasePath: string;
  /** How long to wait for an answer, in milliseconds; two minutes unless given. */
  readonly patientMs?: number;
}

/** What a server answered. */
export type ServerAnswer = z.output<typeof controlAnswer>;

/** How the answer to a request was lost: the server ended, fell silent, failed, or has another version. */
type LostHow = "ended" | "silent" | "failed" | "unreadable";

const lostWords: Readonly<Record<LostHow, string>> = {
  ended: "The server ended before it answered",
  silent: "The server runs, but has not answered for two minutes. Its log may say why",
  failed: "Something inside Patchbay failed",
  unreadable: "This command cannot read the answer of the running server",
};

/** Nobody knows from the answer how far a request came. */
export class AnswerLostError extends Error {
  readonly how: LostHow;

  constructor(how: LostHow, { cause, more }: { readonly cause?: unknown; readonly more?: string } = {}) {
    super(more === undefined ? lostWords[how] : `${lostWords[how]}. ${more}`, { cause });
    this.how = how;
  }
}

function lost(cause: unknown): AnswerLostError {
  const isSilent = cause instanceof Error && ["AbortError", "TimeoutError"].includes(cause.name);
  return new AnswerLostError(isSilent ? "silent" : "ended", { cause });
}

/** Longer than any command takes: a change waits for its vendor, and reads the number again, for at most a minute. */
const longestMs = 120_000;

/** Connecting failed with one of these: no server listens. */
const absent: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK"]);

/**
 * Asks the server; undefined if none listens. Throws AnswerLostError, and an ordinary error with a readable message if
 * the socket belongs to somebody else, or the server has another version.
 */
export async function askServer(
  socket: ControlSocket,
  request: ControlRequest,
  ownVersion: string,
): Promise<ServerAnswer | undefined> {
  if (!isServersSocket(socket)) return undefined;
  const body = JSON.stringify(request);
  if (Buffer.byteLength(body) > mostRequestBytes)
    throw new Problem("invalid_input", "This command is too long for Patchbay.");
  const response = await send(socket, body);
  if (!response) return undefined;
  const version = String(response.headers["patchbay-version"] ?? "unknown");
  const answer = controlAnswer.safeParse(parsed(await bodyOf(response)));
  const versions = `It has version ${version}, and this command has version ${ownVersion}. Restart the server`;
  if (!answer.success) throw new AnswerLostError("unreadable", { cause: answer.error, more: versions });
  if (answer.data.kind !== "not_understood") return answer.data;
  throw new Error(`The running server did not understand this command, so it did nothing. ${versions}`);
}

/** Whether there is a socket. Throws if it is not the server's own: another program would learn what is asked. */
function isServersSocket({ path, databasePath }: ControlSocket): boolean {
  let found: Stats | undefined;
  try {
    found = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw noAccess(path, error);
  }
  if (!found?.isSocket()) return false;
  const owners = [process.getuid?.(), statSync(databasePath).uid];
  if (owners.includes(found.uid) && (found.mode & 0o077) === 0) return true;
  throw new Error(
    `The control socket ${path} is not the server's own: it belongs to user ${found.uid}, with mode ${(found.mode & 0o777).toString(8)}. Nothing was sent to it. Remove it, and restart the server`,
  );
}

/**
 * Why no server can be asked although one has the database: something else lies at the socket's path. Undefined if
 * nothing does.
 */
export function blockedSocket({ path }: ControlSocket): Error | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.isSocket()) return undefined;
  return new Error(
    `Another Patchbay process has the database, and ${path} is not its control socket. Nothing was changed. Remove what lies there, and restart the server`,
  );
}

/** Undefined if nobody listens. */
async function send(
  { path: socketPath, patientMs = longestMs }: ControlSocket,
  body: string,
): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const signal = AbortSignal.timeout(patientMs);
    // A connection of its own, so that it shows whether a server listens now.
    const to = { socketPath, method: "POST", path: "/", headers, signal, agent: false } as const;
    const sending = httpRequest(to, resolve);
    sending.once("socket", (socket) => socket.once("connect", () => (isConnected = true)));
    sending.once("error", (error) => {
      if (isConnected) reject(lost(error));
      else if (absent.has(codeOf(error))) resolve(undefined);
      else reject(noAccess(socketPath, error));
    });
    sending.end(body);
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  try {
    const chunks: string[] = [];
    for await (const chunk of response.setEncoding("utf8")) chunks.push(String(chunk));
    return chunks.join("");
  } catch (error) {
    throw lost(error);
  }
}

function noAccess(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  if (code !== "EACCES" && code !== "EPERM")
    return new Error(`The control socket ${path} cannot be used`, { cause });
  return new Error(
    `There is no permission to use the control socket ${path}. Run this command as the user that runs the server: sudo -u <user> patchbay …`,
    { cause },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
