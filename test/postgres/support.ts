import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import pg from "pg";
import { onTestFinished } from "vitest";
import { migrate } from "../../src/postgres/connection/migrate.ts";
import { connectionsOf, type Connections } from "../../src/postgres/connection/on-connection.ts";
import { openPool } from "../../src/postgres/connection/pool.ts";
import { readPostgresUrl } from "../../src/postgres/connection/postgres-url.ts";
import { grantRights } from "../../src/postgres/connection/rights.ts";
import { testServer } from "../support/postgres-server.ts";

/** The PostgreSQL of this run. Its tests are skipped where there is none, and say so. */
export const server = await testServer(tmpdir(), process.env["TEST_DATABASE_URL"]);
/** The reason to skip the tests of this file, if there is one. */
export const missing = "missing" in server ? server.missing : undefined;

/** A database for one test with Patchbay's schema, and the two roles: the owner's, and the server's. */
export interface TestPostgres {
  readonly owner: string;
  readonly app: string;
}

/** A new database, dropped after the test. */
export async function testPostgres({ isMigrated = true } = {}): Promise<TestPostgres> {
  const name = `patchbay_${randomBytes(6).toString("hex")}`;
  const role = `${name}_app`;
  await onServer(async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`);
    await client.query(`CREATE ROLE ${role} LOGIN`);
  });
  onTestFinished(async () =>
    onServer(async (client) => {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await client.query(`DROP ROLE ${role}`);
    }),
  );
  const owner = urlOf(name);
  if (isMigrated) {
    const connections = testConnections(owner);
    await migrate(connections);
    await grantRights(connections, role);
  }
  return { owner, app: urlOf(name, role) };
}

/** The connections to a database for one test. */
export function testConnections(url: string): Connections {
  const pool = openPool(readPostgresUrl(url), () => undefined);
  onTestFinished(async () => {
    if (!pool.ended) await pool.end();
  });
  return connectionsOf(pool);
}

async function onServer(act: (client: pg.Client) => Promise<void>): Promise<void> {
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
