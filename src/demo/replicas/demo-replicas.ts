import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chmodSync } from "node:fs";
import { migrate } from "../../postgres/connection/migrate.ts";
import { connectionsOf } from "../../postgres/connection/on-connection.ts";
import { openPool } from "../../postgres/connection/pool.ts";
import { readPostgresUrl } from "../../postgres/connection/postgres-url.ts";
import { findPostgres, postgresMissing } from "../../sandbox/postgres/find-postgres.ts";
import { startLocalPostgres } from "../../sandbox/postgres/local-postgres.ts";
import { activityLog } from "./activity.ts";
import { replicaSet, type ReplicaSet } from "./replica-set.ts";
import { startRoundRobin } from "./round-robin.ts";
import type { AppServers } from "../harness-options.ts";
import type { ReplicaAct, ReplicaRow } from "../page/inspector-types.ts";

/** Several servers of the demo on one PostgreSQL. */
export interface DemoReplicas {
  /** The settings that name the database. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts all replicas behind a load balancer. */
  startServers(environment: Readonly<Record<string, string>>): Promise<AppServers>;
  rows(): readonly ReplicaRow[];
  /** Kills, pauses, stops or starts a replica. Throws an error with a readable message if that is not possible now. */
  act(name: string, act: ReplicaAct): Promise<void>;
  close(): Promise<void>;
}

export interface DemoReplicasOptions {
  readonly count: number;
  /** Where to look for PostgreSQL's programs. */
  readonly path: string;
  readonly minExpiryMs: number;
  readonly onChange: () => void;
  /** A compiled `replica-child.ts`, which starts faster; the TypeScript file by default. */
  readonly compiledReplica?: string | undefined;
}

/** The program of a replica. */
export const replicaProgram = new URL("replica-child.ts", import.meta.url);

/** Starts PostgreSQL with Patchbay's tables. Throws an error with a readable message if there is none on this machine. */
export async function startDemoReplicas(options: DemoReplicasOptions): Promise<DemoReplicas> {
  const { count, path, minExpiryMs, onChange, compiledReplica } = options;
  const bin = findPostgres(path);
  if (bin === undefined) throw new Error(`Several replicas need PostgreSQL, and ${postgresMissing}.`);
  const folder = await mkdtemp(join(tmpdir(), "patchbay-demo-"));
  // PostgreSQL runs as a user without rights if this process is root.
  chmodSync(folder, 0o755);
  const postgres = await startLocalPostgres({ bin, home: join(folder, "postgres"), isDurable: false });
  const pool = openPool(readPostgresUrl(postgres.url), () => undefined);
  await migrate(connectionsOf(pool));
  await pool.end();
  const activity = activityLog(onChange);
  let replicas: ReplicaSet | undefined;
  return {
    environment: { DATABASE_PATH: "", DATABASE_URL: postgres.url },
    startServers: async (environment) => {
      const servers = replicaSet({
        script: compiledReplica ?? fileURLToPath(replicaProgram),
        execArgv: compiledReplica === undefined ? ["--import", "tsx"] : [],
        environment: { ...environment, LOG_LEVEL: "info" },
        minExpiryMs,
        beforeStop: async (port) => balancer.drained(port),
        onLine: activity.take,
        onChange,
      });
      replicas = servers;
      const nameAt = (port: number): string | undefined =>
        servers.all().find((each) => each.port === port)?.name;
      const balancer = await startRoundRobin(
        () => servers.ports(),
        (port) => {
          const name = nameAt(port);
          if (name !== undefined) activity.served(name);
        },
      );
      const names = Array.from({ length: count }, (_, at) => String.fromCodePoint(65 + at));
      await Promise.all(names.map(async (name) => servers.start(name)));
      return {
        url: balancer.url,
        stop: async () => {
          const running = servers.all().filter(({ state }) => state === "running");
          await Promise.all(running.map(async ({ name }) => servers.stop(name)));
          await servers.close();
          await balancer.close();
        },
      };
    },
    rows: () =>
      (replicas?.all() ?? []).map(({ name, pid, state, startedAt }) => ({
        name,
        pid,
        state,
        startedAt: startedAt.toISOString(),
        ...activity.of(name),
      })),
    act: async (name, act) => {
      if (!replicas) throw new Error("The app is stopped.");
      if (act === "kill") await replicas.kill(name);
      else if (act === "pause") replicas.freeze(name);
      else if (act === "resume") replicas.thaw(name);
      else if (act === "start") await replicas.start(name);
      else {
        await replicas.stop(name);
        await replicas.start(name);
      }
    },
    close: async () => {
      await replicas?.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
