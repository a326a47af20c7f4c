import { createHash, randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { env } from "node:process";
import pg from "pg";
import { afterAll, onTestFinished } from "vitest";
import { migrate } from "../../src/postgres/connection/migrate.ts";
import { connectionsOf, type Connections } from "../../src/postgres/connection/on-connection.ts";
import { migrations } from "../../src/postgres/migrations/index.ts";
import { openPool, type PostgresLimits } from "../../src/postgres/connection/pool.ts";
import { readPostgresUrl } from "../../src/postgres/connection/postgres-url.ts";
import { grantRights } from "../../src/postgres/connection/rights.ts";
import { testServer } from "../support/run/postgres-server.ts";

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
export async function testPostgres(options: { readonly isMigrated?: boolean } = {}): Promise<TestPostgres> {
  const made = await make(options);
  onTestFinished(async () => drop(made));
  return made;
}

/**
 * Gives each test of a file connections to an empty database with the schema, emptied after the test for the next one.
 * A new database takes longer, and so does a new connection, whose server process knows no table yet.
 */
export function reusedPostgres(): () => Promise<Connections> {
  const all: ReusedPostgres[] = [];
  const free: ReusedPostgres[] = [];
  afterAll(async () => {
    for (const { database, owner, app } of all) {
      await Promise.all([owner.end(), app.end()]);
      await drop(database);
    }
  });
  return async () => {
    const reused = free.pop() ?? (await reusable());
    if (!all.includes(reused)) all.push(reused);
    onTestFinished(async () => {
      await reused.owner.query(emptied);
      free.push(reused);
    });
    return connectionsOf(reused.app, patient);
  };
}

interface ReusedPostgres {
  readonly database: TestPostgres;
  readonly owner: pg.Client;
  readonly app: pg.Pool;
}

async function reusable(): Promise<ReusedPostgres> {
  const database = await make();
  const owner = new pg.Client(database.owner);
  await owner.connect();
  return { database, owner, app: openPool(readPostgresUrl(database.app), () => undefined, patient) };
}

/** Deletes every row, also of append-only tables, and restarts the sequences. */
const emptied = `DO $$
  DECLARE one RECORD; has BOOLEAN; guard TEXT;
  BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT oid, oid::regclass AS name FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'patchbay_schema'
    LOOP
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one.name) INTO has;
      CONTINUE WHEN NOT has;
      FOR guard IN SELECT tgname FROM pg_trigger WHERE tgrelid = one.oid AND tgenabled = 'A'
      LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', one.name, guard); END LOOP;
      EXECUTE format('DELETE FROM %s', one.name);
      FOR guard IN SELECT tgname FROM pg_trigger WHERE tgrelid = one.oid AND tgenabled = 'D'
      LOOP EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', one.name, guard); END LOOP;
    END LOOP;
    FOR one IN SELECT oid::regclass AS name FROM pg_class
      WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
    LOOP PERFORM setval(one.name, 1, false); END LOOP;
  END $$`;

async function make({ isMigrated = true } = {}): Promise<TestPostgres> {
  const name = `patchbay_${randomBytes(6).toString("hex")}`;
  const from = isMigrated ? migrated : "template0";
  await administration.query(`CREATE DATABASE ${name} TEMPLATE ${from}`);
  return { owner: urlOf(name), app: urlOf(name, appRole) };
}

async function drop({ owner }: TestPostgres): Promise<void> {
  const name = new URL(owner).pathname.slice(1);
  await administration.query(`DROP DATABASE ${name} WITH (FORCE)`);
}

/** The server's role, which may not change the audit log. */
const appRole = "patchbay_test_app";

/** The name of a database with today's schema, which the first test of a run makes. */
async function template(): Promise<string> {
  const today = createHash("sha256").update(migrations.join("")).digest("hex").slice(0, 12);
  const name = `patchbay_template_${today}`;
  const client = await administration.connect();
  try {
    await client.query("SELECT pg_advisory_lock(1)");
    const has = async (sql: string): Promise<boolean> => (await client.query(sql)).rowCount === 1;
    if (!(await has(`SELECT 1 FROM pg_roles WHERE rolname = '${appRole}'`)))
      await client.query(`CREATE ROLE ${appRole} LOGIN`);
    if (await has(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)) return name;
    await client.query(`CREATE DATABASE ${name}_new TEMPLATE template0`);
    const connections = connectionsOf(openPool(readPostgresUrl(urlOf(`${name}_new`)), () => undefined));
    await migrate(connections);
    await grantRights(connections, appRole);
    await connections.pool.end();
    await client.query(`ALTER DATABASE ${name}_new RENAME TO ${name}`);
    return name;
  } finally {
    await client.query("SELECT pg_advisory_unlock(1)");
    client.release();
  }
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

/** One connection for databases to be made and dropped. */
const administration = new pg.Pool({
  ...("missing" in server ? {} : { connectionString: server.url }),
  max: 1,
  allowExitOnIdle: true,
});
/** The database that others are copied from. */
const migrated = missing === undefined ? await template() : "";
