import { z } from "zod";
import { percentile, within, type Figure } from "../figure.ts";
import { startBenchPostgres } from "../parts/postgres.ts";
import { startProcessHarness, type ProcessHarness } from "../parts/process-harness.ts";

const timed = z.object({ samples: z.array(z.object({ toPatch: z.number(), toResult: z.number() })) });
type Sample = z.infer<typeof timed>["samples"][number];

/** Changes on PostgreSQL, compared with the same on SQLite in turn. Both databases are on this machine's disk. */
export async function pgChange({ rounds = 4, count = 40, warmUps = 1 } = {}): Promise<Figure[]> {
  const postgres = await startBenchPostgres();
  const sqlite = await startProcessHarness({ numbersEach: 200 });
  const onPostgres = await startProcessHarness({ numbersEach: 200, databaseUrl: postgres.url });
  try {
    const [ours, base]: [Sample[], Sample[]] = [[], []];
    const apps = [await onPostgres.startApp(), await sqlite.startApp()];
    for (let round = 0; round < warmUps + rounds; round += 1) {
      const [there, here] = [await changes(onPostgres, count, round), await changes(sqlite, count, round)];
      if (round < warmUps) continue;
      ours.push(...there);
      base.push(...here);
    }
    for (const app of apps) await app.stop();
    const figure = (what: string, of: keyof Sample, share: number, most: number): Figure => {
      const [value, baseline] = [ours, base].map((samples) =>
        percentile(
          samples.map((sample) => sample[of]),
          share,
        ),
      );
      return within(
        { bench: "pg-change", what },
        { value: value ?? NaN, baseline: baseline ?? NaN, most, unit: "ms" },
      );
    };
    return [
      figure("p50 from submit to PATCH, beside SQLite", "toPatch", 0.5, 8),
      figure("p50 from submit to result, beside SQLite", "toResult", 0.5, 8),
      figure("p99 from submit to result, beside SQLite", "toResult", 0.99, 40),
    ];
  } finally {
    await sqlite.close();
    await onPostgres.close();
    await postgres.stop();
  }
}

async function changes(processes: ProcessHarness, count: number, round: number): Promise<Sample[]> {
  await processes.standIns.ask("slow", { ms: 50 }, z.unknown());
  return (await processes.standIns.ask("changes", { perSecond: 4, count, round }, timed)).samples;
}
