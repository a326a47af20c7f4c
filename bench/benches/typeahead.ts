import { z } from "zod";
import { atMost, percentile, within, type Figure } from "../figure.ts";
import { startChild } from "../parts/child.ts";
import { send, startLoad } from "../parts/load.ts";
import { signingSecret } from "../parts/workspace.ts";
import { startProcessHarness } from "../parts/process-harness.ts";

/** Beginnings and middles of names, digits, whole names, agents, a connection, and a text without matches. */
const texts = [
  "bost",
  "after h",
  "port 24",
  "2000123",
  "0077",
  "Denver clinic 4242",
  "zürich",
  "agent 17",
  "cartesia",
  "qqq",
];

const suggested = z.object({ payload: z.string(), options: z.number(), ms: z.number() });
const searched = z.object({ ours: z.array(z.number()), scan: z.array(z.number()) });

/**
 * The number picker with 25,000 numbers at each vendor: cold while vendors hang, then warm, then compared with a scan in one process.
 */
export async function typeahead({ numbersEach = 25_000, count = 400, rounds = 20 } = {}): Promise<Figure[]> {
  const hour = 3_600_000;
  const processes = await startProcessHarness({ numbersEach, listsAgeMs: hour, allChangedSince: true });
  const inside = await startChild("inside");
  const load = await startLoad();
  const bench = "typeahead";
  try {
    await processes.standIns.ask("slow", { ms: 20_000 }, z.unknown());
    const app = await processes.startApp();
    const cold = await processes.standIns.ask("suggestion", {}, suggested);
    if (cold.options === 0) throw new Error("the first keystroke after the start was answered with nothing");
    await processes.standIns.ask("slow", { ms: 0 }, z.unknown());
    const bodies = texts.map((value) =>
      new URLSearchParams({ payload: JSON.stringify({ ...JSON.parse(cold.payload), value }) }).toString(),
    );
    const spec = { bodies, connections: 8, perSecond: 20 };
    await send(load, app.port, signingSecret, { ...spec, requests: Math.min(60, count) });
    const warm = await send(load, app.port, signingSecret, { ...spec, requests: count });
    await app.stop();
    const beside = await inside.ask("search", { numbersEach, texts, rounds }, searched);
    return [
      within(
        { bench, what: "first keystroke after a start, vendors hanging" },
        { value: cold.ms, most: 2_500, unit: "ms" },
      ),
      within(
        { bench, what: "p99 warm, 20 a second, lists being read anew" },
        { value: percentile(warm.latencies, 0.99), most: 25, unit: "ms" },
      ),
      ...[0.5, 0.99].map((share) =>
        atMost(
          { bench, what: `p${share * 100} of the search beside a plain scan` },
          {
            value: percentile(beside.ours, share),
            baseline: percentile(beside.scan, share),
            times: 1,
            unit: "ms",
          },
        ),
      ),
    ];
  } finally {
    await load.end();
    await inside.end();
    await processes.close();
  }
}
