import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, chownSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectToPostgres } from "../../src/postgres/connection/open-connections.ts";
import { migrate } from "../../src/postgres/connection/migrate.ts";
import { postgresFault } from "../../src/postgres/connection/postgres-fault.ts";
import { postgresQueries } from "../../src/postgres/connection/postgres-queries.ts";
import { readPostgresUrl } from "../../src/postgres/connection/postgres-url.ts";
import { findPostgres } from "../../src/sandbox/postgres/find-postgres.ts";
import { startLocalPostgres } from "../../src/sandbox/postgres/local-postgres.ts";
import { databaseStore } from "../../src/store/store.ts";
import { testSeal } from "../sqlite/support.ts";
import { requested, testSources } from "../store/events.ts";
import { testConnections } from "./support.ts";

const bin = findPostgres(env["PATH"] ?? "");
const skipped = bin === undefined ? " (skipped: there is no PostgreSQL to start)" : "";
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A server that only this test uses, with its data folder. */
async function ownServer() {
  // PostgreSQL does not run as root, so it needs a folder that it can reach.
  const home = join(tmpdir(), `own-postgres-${randomBytes(6).toString("hex")}`);
  const server = await startLocalPostgres({ bin: bin ?? "", home, isDurable: false });
  onTestFinished(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  return { server, data: join(home, "data") };
}

describe.skipIf(bin === undefined)(`a PostgreSQL of its own${skipped}`, () => {
  test("records nothing as a standby, and says so", async () => {
    const { server, data } = await ownServer();
    await migrate(testConnections(server.url));
    await server.stop();
    writeFileSync(join(data, "standby.signal"), "");
    await server.start();
    const store = databaseStore(postgresQueries(testConnections(server.url)), testSeal("k1"), testSources());
    await expect(store.workspace("T1").audit.append(requested(1))).rejects.toMatchObject({
      code: "not_recorded",
      message: "Patchbay's database could not be written: it may only be read, as a standby.",
    });
    await expect(store.checkWritable()).rejects.toMatchObject({ code: "not_recorded" });
    expect(await store.workspace("T1").audit.entries({ limit: 1 })).toEqual([]);
  });

  test("is refused without TLS where TLS is wanted, and with a certificate that nobody vouches for", async () => {
    const { server, data } = await ownServer();
    const { hostname, port } = new URL(server.url);
    const open = async (mode: string) => {
      const url = readPostgresUrl(`postgres://postgres@${hostname}:${port}/postgres?sslmode=${mode}`);
      const { pool } = connectToPostgres(url, quiet);
      try {
        const found = await pool.query<{ ssl: boolean }>(
          "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        );
        return found.rows[0]?.ssl;
      } catch (error) {
        throw postgresFault(url, error);
      } finally {
        await pool.end();
      }
    };
    await expect(open("verify-full")).rejects.toThrow(
      /cannot be used: it does not offer TLS\. Turn TLS on there, or add \?sslmode=disable to DATABASE_URL\./u,
    );
    expect(await open("disable")).toBe(false);
    await server.stop();
    const [key, certificate] = [join(data, "server.key"), join(data, "server.crt")];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"].concat(
        ["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
      ),
      { stdio: "ignore" },
    );
    const { uid, gid } = statSync(data);
    for (const file of [key, certificate]) chownSync(file, uid, gid);
    appendFileSync(join(data, "postgresql.conf"), "ssl = on\n");
    await server.start();
    await expect(open("verify-full")).rejects.toThrow(
      /cannot be used: its certificate is not accepted\. Trust its certificate with NODE_EXTRA_CA_CERTS/u,
    );
    expect(await open("no-verify")).toBe(true);
  });
});
