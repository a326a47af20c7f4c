import { z } from "zod";
import { percentile, within, type Figure } from "../figure.ts";
import { startChild } from "../parts/child.ts";
import { keyOf } from "../parts/accounts.ts";
import { startProcessHarness } from "../parts/process-harness.ts";

const timed = z.object({ samples: z.array(z.object({ toPatch: z.number(), toResult: z.number() })) });

/** Changes at a vendor that responds in 50 ms, compared with the vendor's requests alone, after warming up both. */
export async function change({ rounds = 3, count = 120, warmUps = 2 } = {}): Promise<Figure[]> {
  const processes = await startProcessHarness({ numbersEach: 200 });
  const alone = await startChild("requests-alone");
  try {
    const app = await processes.startApp();
    const measure = async (round: number) => {
      await processes.standIns.ask("slow", { ms: 50 }, z.unknown());
      const { samples } = await processes.standIns.ask("changes", { perSecond: 20, count, round }, timed);
      const input = { url: processes.urls["cartesia"], key: keyOf("cartesia"), perSecond: 20, count };
      const base = await alone.ask("changes", input, timed);
      return { ours: samples, base: base.samples };
    };
    const runs = [];
    for (let round = 0; round < warmUps + rounds; round += 1) {
      const run = await measure(round);
      if (round >= warmUps) runs.push(run);
    }
    await app.stop();
    const [ours, base] = [runs.flatMap((run) => run.ours), runs.flatMap((run) => run.base)];
    const of = (what: "toPatch" | "toResult", share: number) => ({
      value: percentile(
        ours.map((one) => one[what]),
        share,
      ),
      baseline: percentile(
        base.map((one) => one[what]),
        share,
      ),
      unit: "ms",
    });
    const bench = "change";
    return [
      within({ bench, what: "p50 from submit to PATCH" }, { ...of("toPatch", 0.5), most: 10 }),
      within({ bench, what: "p99 from submit to PATCH" }, { ...of("toPatch", 0.99), most: 40 }),
      within({ bench, what: "p50 from submit to result" }, { ...of("toResult", 0.5), most: 10 }),
      within({ bench, what: "p99 from submit to result" }, { ...of("toResult", 0.99), most: 40 }),
    ];
  } finally {
    await alone.end();
    await processes.close();
  }
}
