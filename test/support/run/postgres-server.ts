import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { findPostgres, postgresMissing } from "../../../src/sandbox/postgres/find-postgres.ts";
import { startLocalPostgres } from "../../../src/sandbox/postgres/local-postgres.ts";

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
  const bin = findPostgres(env["PATH"] ?? "");
  const server: TestServer = bin === undefined ? { missing } : { url: await start(bin, home) };
  writeFileSync(answer, JSON.stringify(server));
  return server;
}

const missing = `${postgresMissing}; or set TEST_DATABASE_URL`;

async function start(bin: string, home: string): Promise<string> {
  return (await startLocalPostgres({ bin, home, isDurable: false, isDetached: true })).url;
}

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
