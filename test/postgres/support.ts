import { createHash, randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { env } from "node:process";
import pg from "pg";
import { onTestFinished } from "vitest";
import { migrate } from "../../src/postgres/connection/migrate.ts";
import { connectionsOf, type Connections } from "../../src/postgres/connection/on-connection.ts";
import { migrations } from "../../src/postgres/migrations/index.ts";
import { openPool, type PostgresLimits } from "../../src/postgres/connection/pool.ts";
import { readPostgresUrl } from "../../src/postgres/connection/postgres-url.ts";
import { grantRights } from "../../src/postgres/connection/rights.ts";
import { testServer } from "../support/postgres-server.ts";

/** The PostgreSQL of this run. Without one, its tests are skipped and say so. */
export const server = await testServer(tmpdir(), env["TEST_DATABASE_URL"]);
/** The reason to skip the tests of this file, if there is one. */
export const missing = "missing" in server ? server.missing : undefined;

if (missing !== undefined && env["REQUIRE_POSTGRES"] !== undefined) throw new Error(missing);

/** The end of a suite's title: why it is skipped. */
export const skipped = missing === undefined ? "" : ` (skipped: ${missing})`;

/** A database for one test with Patchbay's schema, and the two roles: the owner's, and the server's. */
export interface TestPostgres {
  readonly owner: string;
  readonly app: string;
}

/** A new database, dropped after the test. */
export async function testPostgres({ isMigrated = true } = {}): Promise<TestPostgres> {
  const name = `patchbay_${randomBytes(6).toString("hex")}`;
  const migrated = await template();
  const from = isMigrated ? migrated : "template0";
  await onServer(async (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${from}`));
  onTestFinished(async () => onServer(async (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)));
  return { owner: urlOf(name), app: urlOf(name, appRole) };
}

/** The server's role, which may not change the audit log. */
const appRole = "patchbay_test_app";

/** The name of a database with today's schema, which the first test of a run makes. */
async function template(): Promise<string> {
  const today = createHash("sha256").update(migrations.join("")).digest("hex").slice(0, 12);
  const name = `patchbay_template_${today}`;
  await onServer(async (client) => {
    await client.query("SELECT pg_advisory_lock(1)");
    const has = async (sql: string): Promise<boolean> => (await client.query(sql)).rowCount === 1;
    if (!(await has(`SELECT 1 FROM pg_roles WHERE rolname = '${appRole}'`)))
      await client.query(`CREATE ROLE ${appRole} LOGIN`);
    if (await has(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)) return;
    await client.query(`CREATE DATABASE ${name}_new TEMPLATE template0`);
    const connections = connectionsOf(openPool(readPostgresUrl(urlOf(`${name}_new`)), () => undefined));
    await migrate(connections);
    await grantRights(connections, appRole);
    await connections.pool.end();
    await client.query(`ALTER DATABASE ${name}_new RENAME TO ${name}`);
  });
  return name;
}

/** Limits that even a busy machine does not reach. */
const patient: PostgresLimits = { connectMs: 30_000, writeMs: 30_000, readMs: 30_000 };

/** The connections to a database for one test. */
export function testConnections(url: string, limits = patient): Connections {
  const pool = openPool(readPostgresUrl(url), () => undefined, limits);
  onTestFinished(async () => {
    if (!pool.ended) await pool.end();
  });
  return connectionsOf(pool, limits);
}

async function onServer(act: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(serverUrl());
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string, user?: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  return url.href;
}

function serverUrl(): string {
  if ("missing" in server) throw new Error(server.missing);
  return server.url;
}
