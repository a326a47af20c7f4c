import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { onFreePort, serverUser } from "../../../src/sandbox/postgres/local-postgres.ts";

/** The version of this machine's PgBouncer, or undefined without one. */
export const pgbouncerVersion = /^PgBouncer (\S+)/mu.exec(
  spawnSync("pgbouncer", ["--version"], { encoding: "utf8" }).stdout ?? "",
)?.[1];

if (pgbouncerVersion === undefined && env["REQUIRE_POSTGRES"] !== undefined)
  throw new Error("there is no PgBouncer here: install Debian's package `pgbouncer`");

/** The end of a suite's title: the version, or why it is skipped. */
export const pooler =
  pgbouncerVersion === undefined
    ? " (skipped: there is no PgBouncer here: install Debian's package `pgbouncer`)"
    : ` ${pgbouncerVersion}`;

const startedMs = 30_000;

/** How many connections to PostgreSQL all clients share. Fewer than one server of Patchbay opens. */
export const pooledConnections = 3;

/** Starts PgBouncer in transaction mode, with nothing else set, in front of the PostgreSQL of a URL, for one test. */
export async function startPgbouncer(target: string): Promise<{ through(url: string): string }> {
  const { port } = await onFreePort(async (free) => startAt(free, target));
  return {
    through: (url) => {
      const pooled = new URL(url);
      pooled.port = String(port);
      return pooled.href;
    },
  };
}

async function startAt(port: number, target: string): Promise<void> {
  const home = join(tmpdir(), `pgbouncer-${randomBytes(6).toString("hex")}`);
  const { hostname, port: targetPort } = new URL(target);
  mkdirSync(home);
  writeFileSync(join(home, "users.txt"), '"postgres" ""\n"patchbay_test_app" ""\n');
  writeFileSync(
    join(home, "pgbouncer.ini"),
    `[databases]
* = host=${hostname} port=${targetPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(home, "users.txt")}
pool_mode = transaction
default_pool_size = ${pooledConnections}
max_client_conn = 200
`,
  );
  const user = serverUser();
  if (user)
    for (const file of [home, join(home, "users.txt"), join(home, "pgbouncer.ini")])
      chownSync(file, user.uid, user.gid);
  const log = join(home, "log");
  const out = openSync(log, "w");
  const running = spawn("pgbouncer", [join(home, "pgbouncer.ini")], {
    ...user,
    cwd: home,
    stdio: ["ignore", out, out],
  });
  onTestFinished(async () => {
    const gone = once(running, "exit");
    if (running.exitCode === null && running.kill("SIGTERM")) await gone;
    rmSync(home, { recursive: true, force: true });
  });
  const giveUpAt = performance.now() + startedMs;
  while (!readFileSync(log, "utf8").includes("process up")) {
    if (performance.now() > giveUpAt || running.exitCode !== null)
      throw new Error(`PgBouncer did not start: ${readFileSync(log, "utf8")}`);
    await pause(20);
  }
}
