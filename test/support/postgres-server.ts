import { execFileSync, spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A PostgreSQL for the tests of one run, or why there is none. */
export type TestServer = { readonly url: string } | { readonly missing: string };

const name = "postgres-server";
const startedMs = 30_000;

/**
 * The PostgreSQL of this run. The first test that asks starts it in the run's temporary folder, unless
 * TEST_DATABASE_URL names one. The run ends it.
 */
export async function testServer(folder: string, given: string | undefined): Promise<TestServer> {
  if (given !== undefined && given !== "") return { url: given };
  const home = join(folder, name);
  const answer = join(folder, `${name}.json`);
  try {
    mkdirSync(home);
  } catch {
    // Another worker of this run is starting it.
    return written(answer);
  }
  const bin = binaries();
  const server: TestServer = bin === undefined ? { missing } : { url: await start(bin, home) };
  writeFileSync(answer, JSON.stringify(server));
  return server;
}

const missing =
  "there is no PostgreSQL here: set TEST_DATABASE_URL, or install Debian's package `postgresql` (version 15 or newer)";

/** Ends the server of a run, if one was started. */
export function endTestServer(folder: string): void {
  const file = join(folder, name, "data", "postmaster.pid");
  if (!existsSync(file)) return;
  const [pid = ""] = readFileSync(file, "utf8").split("\n");
  // At once: nothing of it is kept.
  process.kill(Number(pid), "SIGQUIT");
}

async function written(file: string): Promise<TestServer> {
  const giveUpAt = performance.now() + startedMs;
  for (;;) {
    if (existsSync(file)) {
      const server: TestServer = JSON.parse(readFileSync(file, "utf8"));
      return server;
    }
    if (performance.now() > giveUpAt) throw new Error("PostgreSQL did not start for the tests");
    await pause(50);
  }
}

/** The newest of Debian's versions, where they are kept apart. */
function binaries(): string | undefined {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return undefined;
  const versions = readdirSync(root)
    .map(Number)
    .filter((version) => version >= 15);
  const newest = Math.max(...versions);
  return Number.isFinite(newest) ? join(root, String(newest), "bin") : undefined;
}

async function start(bin: string, home: string): Promise<string> {
  const data = join(home, "data");
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? unprivileged() : undefined;
  if (user) chownSync(home, user.uid, user.gid);
  const port = await freePort();
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
    { ...user, cwd: home, stdio: "ignore" },
  );
  const log = openSync(join(home, "log"), "w");
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
  ];
  spawn(join(bin, "postgres"), ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
    ...user,
    cwd: home,
    detached: true,
    stdio: ["ignore", log, log],
  }).unref();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await until(() => /ready to accept connections/u.test(readFileSync(join(home, "log"), "utf8")));
  return url;
}

async function until(isTrue: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + startedMs;
  while (!isTrue()) {
    if (performance.now() > giveUpAt) throw new Error("PostgreSQL did not start for the tests");
    await pause(20);
  }
}

function unprivileged(): { readonly uid: number; readonly gid: number } {
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const found = users.find(([user]) => user === "postgres") ?? users.find(([user]) => user === "nobody");
  return { uid: Number(found?.[2] ?? 65_534), gid: Number(found?.[3] ?? 65_534) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}
