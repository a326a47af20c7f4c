import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, chownSync, statSync } from "node:fs";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { describe, expect, test } from "vitest";
import { connectToPostgres } from "../../../src/postgres/connection/open-connections.ts";
import { postgresFault } from "../../../src/postgres/connection/postgres-fault.ts";
import { readPostgresUrl } from "../../../src/postgres/connection/postgres-url.ts";
import { temporaryFolder } from "../../sqlite/support.ts";
import { bundled } from "../../support/run/bundled.ts";
import { canStart, ownServer, skipped } from "./own-server.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Whether a connection is encrypted. Throws what an operator reads if there is none. */
async function isEncrypted(text: string): Promise<boolean | undefined> {
  const url = readPostgresUrl(text);
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
}

const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "ignore" });
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** A PostgreSQL with TLS, whose certificate for `localhost` comes from an authority of its own. */
async function serverWithTls() {
  const { server, data } = await ownServer();
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const authority = at("ca.pem");
  const [key, certificate] = [join(data, "server.key"), join(data, "server.crt")];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-days",
    "2",
    "-subj",
    "/CN=Own",
    "-keyout",
    at("ca.key"),
    "-out",
    authority,
  );
  openssl("req", ...newKey, "-subj", "/CN=localhost", "-keyout", key, "-out", at("csr"));
  const signing = ["-CA", authority, "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2"];
  openssl("x509", "-req", "-in", at("csr"), ...signing, "-out", certificate);
  const { uid, gid } = statSync(data);
  for (const file of [key, certificate]) chownSync(file, uid, gid);
  appendFileSync(join(data, "postgresql.conf"), "ssl = on\n");
  await server.stop();
  await server.start();
  const { port } = new URL(server.url);
  const url = (parameters: string, host = "localhost") =>
    `postgres://postgres@${host}:${port}/postgres?${parameters}`;
  return { url, authority, other: certificate };
}

describe.skipIf(!canStart)(`TLS to PostgreSQL${skipped}`, () => {
  test("is refused by a server that has none, unless it is disabled", async () => {
    const { server } = await ownServer();
    await expect(isEncrypted(`${server.url}?sslmode=verify-full`)).rejects.toThrow(
      /cannot be used: it does not offer TLS\. Turn TLS on there, or add \?sslmode=disable to DATABASE_URL\./u,
    );
    expect(await isEncrypted(`${server.url}?sslmode=disable`)).toBe(false);
  });

  test("accepts the certificate of an authority that is named, and refuses it otherwise", async () => {
    const { url, authority, other } = await serverWithTls();
    const refused =
      /cannot be used: its certificate is not accepted\. Name its authority's certificate with \?sslrootcert=/u;
    await expect(isEncrypted(url("sslmode=verify-full"))).rejects.toThrow(refused);
    expect(await isEncrypted(url(`sslrootcert=${authority}`))).toBe(true);
    expect(await isEncrypted(url(`sslmode=verify-full&sslrootcert=${authority}`))).toBe(true);
    expect(await isEncrypted(url("sslmode=no-verify"))).toBe(true);
    await expect(isEncrypted(url(`sslrootcert=${authority}`, "127.0.0.1"))).rejects.toThrow(
      /its certificate is not accepted\. Use the host name in its certificate\./u,
    );
    expect(() => readPostgresUrl(url(`sslrootcert=${other}.gone`))).toThrow(
      "has an sslrootcert that cannot be read",
    );
    expect(() => readPostgresUrl(url("sslrootcert=package.json"))).toThrow("contains no certificate");
    expect(() => readPostgresUrl(url(`sslmode=no-verify&sslrootcert=${authority}`))).toThrow(
      "has an sslrootcert that sslmode=no-verify does not check: remove one of them",
    );
  });

  test("accepts the certificate of an authority in NODE_EXTRA_CA_CERTS", async () => {
    const { url, authority } = await serverWithTls();
    const migrate = (more: Readonly<Record<string, string>>) =>
      spawnSync(execPath, [bundled(new URL("../../../src/main.ts", import.meta.url)), "migrate"], {
        env: { PATH: env["PATH"], DATABASE_URL: url("sslmode=verify-full"), ...more },
        encoding: "utf8",
      });
    expect(migrate({}).stderr).toContain("its certificate is not accepted");
    expect(migrate({ NODE_EXTRA_CA_CERTS: authority }).stdout).toContain("the schema is now up to date");
  });
});
