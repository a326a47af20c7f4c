import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { onTestFinished } from "vitest";
import { findPostgres } from "../../../src/sandbox/postgres/find-postgres.ts";
import { startLocalPostgres } from "../../../src/sandbox/postgres/local-postgres.ts";

const bin = findPostgres(env["PATH"] ?? "");
/** Whether there is a PostgreSQL to start. */
export const canStart = bin !== undefined;
/** The end of a suite's title: why it is skipped. */
export const skipped = canStart ? "" : " (skipped: there is no PostgreSQL to start)";

/** A server that only this test uses, with its data folder. */
export async function ownServer({ isDurable = false } = {}) {
  // PostgreSQL does not run as root, so it needs a folder that it can reach.
  const home = join(tmpdir(), `own-postgres-${randomBytes(6).toString("hex")}`);
  const server = await startLocalPostgres({ bin: bin ?? "", home, isDurable });
  onTestFinished(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  return { server, data: join(home, "data") };
}
