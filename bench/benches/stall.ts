import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { percentile, within, type Figure } from "../figure.ts";
import { startChild } from "../parts/child.ts";
import { crowd } from "../parts/crowded.ts";
import { heldByUninstall } from "../parts/held-alone.ts";
import { send, startLoad } from "../parts/load.ts";
import type { LongestStop } from "../parts/loop-watch.ts";
import { watched } from "../parts/server.ts";
import { stallActs } from "../parts/stall-acts.ts";
import { signingSecret } from "../parts/workspace.ts";
import { startProcessHarness } from "../parts/process-harness.ts";

const acted = z.object({ calls: z.number(), problem: z.string().nullable() });
const bodies = z.object({ bodies: z.array(z.string()) });
const heldBy = z.object({ wallMs: z.number(), cpuMs: z.number() });

/** What ran for a while, the longest time that the event loop was blocked, and another workspace's acks meanwhile. */
interface Watch extends LongestStop {
  readonly name: string;
  readonly acks: readonly number[];
}

/** The other workspace's requests per second: less than a workspace is allowed. */
const acksPerSecond = 12;
const mostMs = 50;

/**
 * Every verb with all kinds of input, in a workspace with 25,000 numbers at each vendor and as much open work as possible: how long
 * the event loop is blocked, and how long another workspace waits for its acks. The first measurement is without this
 * load.
 */
export async function stall({ numbersEach = 25_000, temporary = 300, each = 1_000, acts = stallActs } = {}) {
  const bench = "stall";
  const processes = await startProcessHarness({
    numbersEach,
    listsAgeMs: 30_000,
    longNames: true,
    neighbour: true,
  });
  const load = await startLoad();
  const inside = await startChild("inside");
  try {
    await processes.look(async (infra) => crowd(infra, { temporary, each }));
    const help = await processes.standIns.ask(
      "commands",
      { text: "help", count: 8, neighbour: true },
      bodies,
    );
    const app = await processes.startApp(await watched());
    const ask = async (): Promise<readonly number[]> => {
      const spec = { ...help, connections: 4, requests: acksPerSecond / 2, perSecond: acksPerSecond };
      return (await send(load, app.port, signingSecret, spec)).latencies;
    };
    const watch = async (name: string, act: () => Promise<unknown>): Promise<Watch> => {
      const acks: number[] = [];
      await app.held();
      const state = { over: false };
      const acting = act().finally(() => (state.over = true));
      do acks.push(...(await ask()));
      while (!state.over);
      await acting;
      return { name, acks, ...(await app.held()) };
    };
    const started = await watch("after the start", async () => pause(3_000));
    const idle = await watch("nothing", async () => pause(3_000));
    const watches = [started];
    const failed: string[] = [];
    for (const name of acts) {
      watches.push(
        await watch(name, async () => {
          const { problem } = await processes.standIns.ask("act", { name }, acted);
          if (problem !== null) failed.push(`${name}: ${problem}`);
        }),
      );
    }
    watches.push(
      await watch("audit export beside it", async () => processes.runCommand("audit", "export", "-f", "csv")),
    );
    await app.stop();
    const drift = await inside.ask("drift", { numbersEach }, heldBy);
    const answer = await inside.ask("longAnswer", {}, heldBy);
    const leaving = await processes.look(heldByUninstall);
    const alone = [
      { name: "drift of all numbers, in a process alone", acks: [], ...drift },
      { name: "a vendor's longest answer, in a process alone", acks: [], ...answer },
      { name: "uninstall, in a process alone", acks: [], ...leaving },
    ];
    if (failed.length > 0) process.stderr.write(` ${failed.join("; ")} …`);
    return [
      ...figuresOf(bench, idle, watches),
      ...alone.map(({ name, cpuMs }) =>
        within({ bench, what: `held on the CPU: ${name}` }, { value: cpuMs, most: mostMs, unit: "ms" }),
      ),
      within({ bench, what: "acts that failed" }, { value: failed.length, most: 0, unit: "acts" }),
    ];
  } finally {
    await load.end();
    await inside.end();
    await processes.close();
  }
}

function figuresOf(bench: string, idle: Watch, watches: readonly Watch[]): Figure[] {
  const acks = watches.flatMap((watch) => watch.acks);
  const slowestAck = (watch: Watch): number => Math.max(0, ...watch.acks);
  const worst = (of: (watch: Watch) => number): readonly Watch[] => watches.toSorted((a, b) => of(b) - of(a));
  const byCpu = worst(({ cpuMs }) => cpuMs);
  const byWall = worst(({ wallMs }) => wallMs);
  const row = (what: string, value: number, baseline: number, most: number): Figure => ({
    ...within({ bench, what }, { value, most, unit: "ms" }),
    baseline: `${baseline.toFixed(1)} ms`,
  });
  return [
    ...byCpu
      .filter(({ cpuMs }, at) => at < 3 || cpuMs > mostMs)
      .map(({ name, cpuMs }) => row(`held on the CPU: ${name}`, cpuMs, idle.cpuMs, mostMs)),
    ...byWall
      .slice(0, 3)
      .map(({ name, wallMs }) => row(`held by the clock: ${name}`, wallMs, idle.wallMs, mostMs)),
    row(
      "p99 of another workspace's acks meanwhile",
      percentile(acks, 0.99),
      percentile(idle.acks, 0.99),
      100,
    ),
    ...worst(slowestAck)
      .slice(0, 1)
      .map((watch) => row(`the slowest of them: ${watch.name}`, slowestAck(watch), slowestAck(idle), 1_000)),
  ];
}
