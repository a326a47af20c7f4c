import { z } from "zod";
import { percentile, within, type Figure } from "../figure.ts";
import { collectable } from "../parts/server.ts";
import { startProcessHarness } from "../parts/process-harness.ts";

const timed = z.object({ samples: z.array(z.number()) });

/** `/number list x` and the App Home with 25,000 numbers at each vendor, and their memory compared with 10 each. */
export async function list({ numbersEach = 25_000, count = 40 } = {}): Promise<Figure[]> {
  const measure = async (each: number) => {
    const processes = await startProcessHarness({ numbersEach: each, listsAgeMs: 3_600_000 });
    try {
      const app = await processes.startApp(await collectable());
      const ask = async (text: string, many: number): Promise<readonly number[]> =>
        (await processes.standIns.ask("answered", { text, count: many }, timed)).samples;
      await ask("list support", 2);
      await ask("home", 2);
      const [listed, home] = [await ask("list support", count), await ask("home", count)];
      const residentMb = await app.idleMb();
      await app.stop();
      return { listed, home, residentMb };
    } finally {
      await processes.close();
    }
  };
  const many = await measure(numbersEach);
  const few = await measure(10);
  const bench = "list";
  const slowest = (samples: readonly number[]) => ({
    value: percentile(samples, 0.95),
    most: 300,
    unit: "ms",
  });
  return [
    within({ bench, what: "/number list, p95 until the answer is at Slack" }, slowest(many.listed)),
    within({ bench, what: "App Home, p95 until it is at Slack" }, slowest(many.home)),
    within(
      { bench, what: "resident with 25,000 numbers at each vendor, beside 10" },
      { value: many.residentMb, baseline: few.residentMb, most: 60, unit: "MB" },
    ),
  ];
}
