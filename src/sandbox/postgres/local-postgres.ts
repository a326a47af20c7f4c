import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A PostgreSQL server of its own, in a folder, on a free port of this machine. */
export interface LocalPostgres {
  /** The URL of the role that owns everything. */
  readonly url: string;
  /** Stops it as an administrator does: connections are cut, what was committed stays. */
  stop(): Promise<void>;
  /** Starts it again with the same data, on the same port. */
  start(): Promise<void>;
}

export interface LocalPostgresOptions {
  /** The folder of PostgreSQL's programs; see `findPostgres`. */
  readonly bin: string;
  /** An empty or missing folder for its data and its log. */
  readonly home: string;
  /** Whether a commit waits for the disk, as on a real server. */
  readonly isDurable: boolean;
  /** Whether it outlives this process. Somebody else ends it then. */
  readonly isDetached?: boolean;
}

const startedMs = 30_000;

/** Creates a database cluster and starts its server. */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { bin, home } = options;
  const data = join(home, "data");
  mkdirSync(home, { recursive: true });
  const user = serverUser();
  if (user) {
    chownSync(home, user.uid, user.gid);
    chmodSync(home, 0o700);
  }
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
    { ...user, cwd: home, stdio: "ignore" },
  );
  const { port, started } = await onFreePort(async (free) =>
    startServer(options, { data, port: free, user }),
  );
  let running = started;
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      if (running.exitCode !== null || running.signalCode !== null) return;
      const gone = once(running, "exit");
      running.kill("SIGINT");
      await gone;
    },
    start: async () => {
      running = await startServer(options, { data, port, user });
    },
  };
}

interface ServerOptions {
  readonly data: string;
  readonly port: number;
  readonly user: User | undefined;
}

async function startServer(
  { bin, home, isDurable, isDetached = false }: LocalPostgresOptions,
  { data, port, user }: ServerOptions,
): Promise<ChildProcess> {
  const file = join(home, "log");
  const log = openSync(file, "w");
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=300",
    ...(isDurable
      ? []
      : ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB"]),
  ];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    { ...user, cwd: home, detached: true, stdio: ["ignore", log, log] },
  );
  if (isDetached) server.unref();
  else endWithProcess(server);
  const giveUpAt = performance.now() + startedMs;
  while (!/ready to accept (?:read-only )?connections/u.test(readFileSync(file, "utf8"))) {
    if (performance.now() > giveUpAt || server.exitCode !== null)
      throw new Error(`PostgreSQL did not start: ${readFileSync(file, "utf8").trim()}`);
    await pause(20);
  }
  return server;
}

function endWithProcess(server: ChildProcess): void {
  const end = (): void => void server.kill("SIGQUIT");
  process.once("exit", end);
  server.once("exit", () => process.off("exit", end));
}

/** A user of this machine. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The user for programs that refuse to run as root; undefined if this process does not run as root. */
export function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const found = users.find(([user]) => user === "postgres") ?? users.find(([user]) => user === "nobody");
  return { uid: Number(found?.[2] ?? 65_534), gid: Number(found?.[3] ?? 65_534) };
}

/**
 * Starts a program that cannot choose a port itself at a free one. Another process may take that port first: then the program
 * has to say so in its error, and is started at another.
 */
export async function onFreePort<Started>(
  start: (port: number) => Promise<Started>,
): Promise<{ readonly port: number; readonly started: Started }> {
  for (let triesLeft = 5; ; triesLeft -= 1) {
    const port = await freePort();
    try {
      return { port, started: await start(port) };
    } catch (error) {
      const isTaken = error instanceof Error && /address already in use/iu.test(error.message);
      if (!isTaken || triesLeft === 1) throw error;
    }
  }
}

/** A port that nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}
