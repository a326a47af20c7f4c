import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { migrate } from "../../src/postgres/connection/migrate.ts";
import { connectionsOf } from "../../src/postgres/connection/on-connection.ts";
import { openPool } from "../../src/postgres/connection/pool.ts";
import { readPostgresUrl } from "../../src/postgres/connection/postgres-url.ts";
import { findPostgres, postgresMissing } from "../../src/sandbox/postgres/find-postgres.ts";
import { startLocalPostgres, type LocalPostgres } from "../../src/sandbox/postgres/local-postgres.ts";

/** A PostgreSQL whose commits wait for the disk, with Patchbay's tables. Throws if this machine has none. */
export async function startBenchPostgres(): Promise<LocalPostgres & { readonly home: string }> {
  const bin = findPostgres(env["PATH"] ?? "");
  if (bin === undefined) throw new Error(postgresMissing);
  const home = await mkdtemp(join(tmpdir(), "patchbay-bench-postgres-"));
  const server = await startLocalPostgres({ bin, home, isDurable: true });
  const pool = openPool(readPostgresUrl(server.url), () => undefined);
  await migrate(connectionsOf(pool));
  await pool.end();
  return {
    ...server,
    home,
    stop: async () => {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
