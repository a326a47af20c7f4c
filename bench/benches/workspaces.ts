import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { said, type Figure } from "../figure.ts";
import { readPostgresUrl } from "../../src/postgres/connection/postgres-url.ts";
import { startTcpProxy } from "../../src/sandbox/postgres/tcp-proxy.ts";
import { startBenchPostgres } from "../parts/postgres.ts";
import { startProcessHarness } from "../parts/process-harness.ts";
import { fillWorkspaces } from "../parts/many-workspaces.ts";

/** What may differ between two idle minutes of the same server: a job that falls into one of them. */
const times = 1.25;

/**
 * The queries of idle servers for 10, 100 and 1,000 workspaces with 100 numbers each, counted side by side on the way to
 * PostgreSQL.
 */
export async function workspaces({
  sizes = [10, 100, 1000],
  // In the first minute each new connection is checked for drift, which is not idle.
  settleMs = 75_000,
  countMs = 60_000,
} = {}): Promise<Figure[]> {
  const postgres = await startBenchPostgres();
  const closing: (() => Promise<unknown>)[] = [async () => postgres.stop()];
  try {
    const counters = [];
    for (const size of sizes) {
      const url = await copyDatabase(postgres.url, `workspaces_${size}`);
      const proxy = await startTcpProxy(readPostgresUrl(url).config.port);
      closing.unshift(async () => proxy.close());
      const behindProxy = new URL(url);
      behindProxy.port = String(proxy.port);
      const processes = await startProcessHarness({
        numbersEach: 1,
        databaseUrl: behindProxy.href,
        neighbour: true,
        isUnconnected: true,
      });
      closing.unshift(async () => processes.close());
      await processes.look(async (infra) => fillWorkspaces(infra, size));
      const app = await processes.startApp();
      closing.unshift(async () => app.stop());
      counters.push({ size, proxy });
    }
    await pause(settleMs);
    for (const { proxy } of counters) proxy.takeQueries();
    await pause(countMs);
    const found = counters.map(({ size, proxy }) => ({
      size,
      perMinute: (proxy.takeQueries() * 60_000) / countMs,
    }));
    const [fewest] = found;
    return found.map(({ size, perMinute }) => {
      const ratio = perMinute / (fewest?.perMinute ?? NaN);
      return {
        bench: "workspaces",
        what: `queries of an idle server, ${size.toLocaleString("en")} workspaces`,
        figure: said(perMinute, "/min"),
        baseline: said(fewest?.perMinute ?? NaN, "/min"),
        ratio,
        target: `≤ ${times} ×`,
        held: ratio <= times,
      };
    });
  } finally {
    for (const close of closing) await close();
  }
}

async function copyDatabase(url: string, name: string): Promise<string> {
  const copy = new URL(url);
  copy.pathname = "/template1";
  const client = new pg.Client(copy.href);
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE postgres`);
  await client.end();
  copy.pathname = `/${name}`;
  return copy.href;
}
