import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { z } from "zod";
import { said, type Figure } from "../figure.ts";
import { readPostgresUrl } from "../../src/postgres/connection/postgres-url.ts";
import { startTcpProxy, type TcpProxy } from "../../src/sandbox/postgres/tcp-proxy.ts";
import { cpuMs } from "../parts/cpu.ts";
import { send, startLoad } from "../parts/load.ts";
import { startBenchPostgres } from "../parts/postgres.ts";
import { startProcessHarness, type ProcessHarness } from "../parts/process-harness.ts";
import { simulate, type Costs } from "../parts/scale-model.ts";
import { signingSecret } from "../parts/workspace.ts";

const vendorMs = 50;
/** How far the model may be from what is measured. */
const tolerance = 0.35;
const bodiesAnswer = z.object({ bodies: z.array(z.string()) });
const timed = z.object({ samples: z.array(z.object({ toPatch: z.number() })) });

/**
 * Measures what a change and a command cost a server and PostgreSQL, each alone; then both together at another rate, and
 * compares that with what the model of `docs/scale.md` makes of the costs.
 */
export async function scale({ changes = 60, commands = 600 } = {}): Promise<Figure[]> {
  const postgres = await startBenchPostgres();
  const proxy = await startTcpProxy(readPostgresUrl(postgres.url).config.port);
  const behindProxy = new URL(postgres.url);
  behindProxy.port = String(proxy.port);
  const processes = await startProcessHarness({ numbersEach: 200, databaseUrl: behindProxy.href });
  const load = await startLoad();
  try {
    const app = await processes.startApp();
    const postmaster = Number(
      readFileSync(join(postgres.home, "data", "postmaster.pid"), "utf8").split("\n")[0],
    );
    const meter = meterOf({ app: app.pid, postmaster, proxy, url: postgres.url });
    const help = async (requests: number, perSecond: number): Promise<void> => {
      const { bodies } = await processes.standIns.ask(
        "commands",
        { text: "help", count: requests },
        bodiesAnswer,
      );
      await processes.standIns.ask(
        "connect",
        { url: `http://127.0.0.1:${app.port}/slack/events` },
        z.unknown(),
      );
      await send(load, app.port, signingSecret, { bodies, connections: 8, requests, perSecond });
    };
    await changeNumbers(processes, { perSecond: 5, count: 60, round: 0 });
    const change = await meter(async () =>
      changeNumbers(processes, { perSecond: 5, count: changes, round: 1 }),
    );
    const command = await meter(async () => help(commands, 100));
    const costs: Costs = {
      changeAppMs: change.appMs / changes,
      changeDbMs: change.dbMs / changes,
      changeQueries: change.queries / changes,
      changeBytes: change.bytes / changes,
      commandAppMs: command.appMs / commands,
      commandDbMs: command.dbMs / commands,
    };
    const [perSecond, both] = [10, 2 * changes];
    const together = await meter(async () => changeNumbers(processes, { perSecond, count: both, round: 2 }));
    await app.stop();
    const model = simulate(costs, {
      changesPerSecond: (both * 1000) / together.tookMs,
      commandsPerSecond: 0,
      replicas: 1,
      dbCores: 1,
      roundTripMs: 0.2,
      vendorMs,
    });
    const bench = "scale";
    const cost = (what: string, value: number, unit: string): Figure => ({
      bench,
      what,
      figure: said(value, unit),
      target: "",
      held: true,
    });
    return [
      cost("CPU of the server for a change with its form", costs.changeAppMs, "ms"),
      cost("CPU of PostgreSQL for it", costs.changeDbMs, "ms"),
      cost("queries of it", costs.changeQueries, "queries"),
      cost("what it adds to the database", costs.changeBytes / 1024, "KB"),
      cost("CPU of the server for a command", costs.commandAppMs, "ms"),
      cost("CPU of PostgreSQL for it", costs.commandDbMs, "ms"),
      compared(
        "busy server, twice the changes, beside the model",
        together.appMs / together.tookMs,
        model.appBusy,
      ),
      compared("busy PostgreSQL, beside the model", together.dbMs / together.tookMs, model.dbBusy),
    ];
  } finally {
    await load.end();
    await processes.close();
    await proxy.close();
    await postgres.stop();
  }
}

function compared(what: string, share: number, model: number): Figure {
  const ratio = share / model;
  return {
    bench: "scale",
    what,
    figure: said(share * 100, "%"),
    baseline: said(model * 100, "%"),
    ratio,
    target: `within ${tolerance * 100} %`,
    held: Math.abs(ratio - 1) <= tolerance,
  };
}

async function changeNumbers(
  processes: ProcessHarness,
  input: { readonly perSecond: number; readonly count: number; readonly round: number },
): Promise<void> {
  await processes.standIns.ask("slow", { ms: vendorMs }, z.unknown());
  await processes.standIns.ask("changes", input, timed);
}

interface Spent {
  readonly appMs: number;
  readonly dbMs: number;
  readonly queries: number;
  readonly bytes: number;
  readonly tookMs: number;
}

function meterOf({
  app,
  postmaster,
  proxy,
  url,
}: {
  app: number;
  postmaster: number;
  proxy: TcpProxy;
  url: string;
}) {
  const read = async (): Promise<Spent> => {
    const client = new pg.Client(url);
    await client.connect();
    const found = await client.query<{ bytes: string }>(
      "SELECT pg_database_size(current_database()) AS bytes",
    );
    await client.end();
    return {
      appMs: cpuMs(app),
      dbMs: cpuMs(postmaster, { withChildren: true }),
      queries: proxy.takeQueries(),
      bytes: Number(found.rows[0]?.bytes ?? 0),
      tookMs: performance.now(),
    };
  };
  return async (act: () => Promise<unknown>): Promise<Spent> => {
    const before = await read();
    await act();
    const after = await read();
    return {
      appMs: after.appMs - before.appMs,
      dbMs: after.dbMs - before.dbMs,
      queries: after.queries,
      bytes: after.bytes - before.bytes,
      tookMs: after.tookMs - before.tookMs,
    };
  };
}
