import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { replicaProgram } from "../../src/demo/replicas/demo-replicas.ts";
import { replicaSet, type ReplicaSet } from "../../src/demo/replicas/replica-set.ts";
import { startRoundRobin, type RoundRobin } from "../../src/demo/replicas/round-robin.ts";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import type { WorkspaceStore } from "../../src/domain/ports/store.ts";
import { migrate } from "../../src/postgres/connection/migrate.ts";
import { connectionsOf } from "../../src/postgres/connection/on-connection.ts";
import { connectionOptions, openPool } from "../../src/postgres/connection/pool.ts";
import { postgresTables } from "../../src/postgres/connection/postgres-tables.ts";
import { readPostgresUrl } from "../../src/postgres/connection/postgres-url.ts";
import { findPostgres, postgresMissing } from "../../src/sandbox/postgres/find-postgres.ts";
import { startLocalPostgres, type LocalPostgres } from "../../src/sandbox/postgres/local-postgres.ts";
import { startTcpProxy, type TcpProxy } from "../../src/sandbox/postgres/tcp-proxy.ts";
import { requireIntactLogs } from "../../src/store/transfer/copy-database.ts";
import { bundled } from "../support/run/bundled.ts";
import { teamId } from "../support/fixtures.ts";
import { watchOverlaps } from "./watch-overlaps.ts";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";

/** Several real servers on one PostgreSQL, with the fakes, a load balancer and a proxy to the database here. */
export interface ReplicaWorld {
  readonly harness: Harness;
  readonly replicas: ReplicaSet;
  readonly balancer: RoundRobin;
  /** Between the servers and the database. */
  readonly proxy: TcpProxy;
  readonly postgres: LocalPostgres;
  readonly workspace: WorkspaceStore;
  /** The people who change numbers. */
  readonly people: readonly string[];
  /** The most updates of one number that were on the wire at once. */
  overlaps(): number;
  /** The audit log after a sequence, oldest first. */
  audit(afterSequence?: number): Promise<readonly AuditEntry[]>;
  /** The kinds of the work of runs that is left of these items, sorted. */
  workOf(itemIds: readonly string[]): Promise<readonly string[]>;
  /** Lets time pass everywhere: for the servers, the database, Slack and the vendors. */
  advance(ms: number): Promise<void>;
  /** What is wrong with the audit log as such; nothing when all is well. */
  damage(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Why there can be no world here, if so. */
export const missing: string | undefined = findPostgres(env["PATH"] ?? "") ? undefined : postgresMissing;

/** Limit of one request to a vendor, in milliseconds. */
const vendorTimeoutMs = 1_000;
const peopleCount = 20;
const memory = "/dev/shm";
const workSql = "SELECT kind FROM work_items WHERE kind LIKE 'run%' AND item_id = ANY($1) ORDER BY kind";

/** Starts PostgreSQL, the fakes and that many servers. */
export async function startReplicas(count: number): Promise<ReplicaWorld> {
  const bin = findPostgres(env["PATH"] ?? "");
  if (bin === undefined) throw new Error(postgresMissing);
  const folder = mkdtempSync(
    join(env["TMPDIR"] === undefined && existsSync(memory) ? memory : tmpdir(), "patchbay-replicas-"),
  );
  // PostgreSQL runs as a user without rights.
  chmodSync(folder, 0o755);
  const postgres = await startLocalPostgres({ bin, home: join(folder, "postgres"), isDurable: true });
  const target = readPostgresUrl(postgres.url);
  await makeTables(postgres.url);
  const proxy = await startTcpProxy(target.config.port);
  const people = Array.from({ length: peopleCount }, (_, at) => `U0RACE${String(at).padStart(3, "0")}`);
  let aheadMs = 0;
  const harness = await startHarness({
    connected: ["cartesia", "dialnexa"],
    outsideNow: () => new Date(Date.now() + aheadMs),
    // Twenty people at once on a busy machine would miss Slack's three seconds.
    triggerLifetimeMs: 60_000,
    workspaces: [
      {
        ...demoWorkspace,
        users: [...demoWorkspace.users, ...people.map((id) => ({ id, name: id.toLowerCase() }))],
      },
    ],
    environment: {
      DATABASE_PATH: "",
      DATABASE_URL: postgres.url,
      VENDOR_TIMEOUT_MS: String(vendorTimeoutMs),
      LOG_LEVEL: env["REPLICAS_LOG_LEVEL"] ?? "silent",
    },
  });
  await harness.stopApp();
  const behindProxy = new URL(postgres.url);
  behindProxy.port = String(proxy.port);
  const replicas = replicaSet({
    script: bundled(replicaProgram),
    execArgv: [],
    environment: { ...harness.environment, DATABASE_URL: behindProxy.href },
    outboxEveryMs: 500,
    runsEveryMs: 500,
    minExpiryMs: 1_000,
    isClockMovable: true,
    beforeStop: async (port) => balancer.drained(port),
  });
  const balancer = await startRoundRobin(() => replicas.ports());
  harness.slack.connect(`${balancer.url}/slack/events`);
  const overlaps = watchOverlaps(Object.values(harness.vendors));
  for (let at = 0; at < count; at += 1) await replicas.start(nameOf(at));
  const workspace = harness.infra.store.workspace(teamId);
  return {
    harness,
    replicas,
    balancer,
    proxy,
    postgres,
    workspace,
    people,
    overlaps: () => overlaps.most(),
    audit: async (afterSequence = 0) => {
      const entries: AuditEntry[] = [];
      for (let before: number | undefined; ; before = entries.at(-1)?.sequence) {
        const page = await workspace.audit.entries({
          limit: 1000,
          ...(before ? { beforeSequence: before } : {}),
        });
        entries.push(...page.filter(({ sequence }) => sequence > afterSequence));
        if (page.length < 1000 || (page.at(-1)?.sequence ?? 0) <= afterSequence) return entries.toReversed();
      }
    },
    workOf: async (itemIds) => {
      const kinds: string[] = [];
      await onDatabase(postgres.url, async (client) => {
        const { rows } = await client.query<{ kind: string }>(workSql, [itemIds]);
        kinds.push(...rows.map(({ kind }) => kind));
      });
      return kinds;
    },
    advance: async (ms) => {
      aheadMs += ms;
      replicas.setAhead(aheadMs);
      await onDatabase(postgres.url, async (client) =>
        client.query("UPDATE test_clock.shift SET ahead = $1 * interval '1 millisecond'", [aheadMs]),
      );
      // The message to the servers has no answer.
      await pause(50);
    },
    damage: async () => {
      try {
        await onDatabase(postgres.url, async (client) => {
          await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
          await requireIntactLogs(postgresTables(client));
        });
        return [];
      } catch (error) {
        return [String(error)];
      }
    },
    close: async () => {
      overlaps.stop();
      await replicas.close();
      await balancer.close();
      await harness.close();
      await proxy.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The names of replicas: A, B, C, … */
export function nameOf(at: number): string {
  return String.fromCodePoint("A".charCodeAt(0) + at);
}

/** Patchbay's tables, and a database clock that can be moved. */
async function makeTables(url: string): Promise<void> {
  const pool = openPool(readPostgresUrl(url), () => undefined);
  await migrate(connectionsOf(pool));
  await pool.query(`CREATE SCHEMA test_clock;
    CREATE TABLE test_clock.shift (ahead interval NOT NULL);
    INSERT INTO test_clock.shift VALUES ('0');
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
      RETURN pg_catalog.clock_timestamp() + (SELECT ahead FROM test_clock.shift);
    ALTER DATABASE postgres SET search_path = public, pg_catalog`);
  await pool.end();
}

async function onDatabase(url: string, act: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(connectionOptions(readPostgresUrl(url)));
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}
