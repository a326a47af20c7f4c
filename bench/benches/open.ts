import { z } from "zod";
import { atMost, percentile, within, type Figure } from "../figure.ts";
import { layYard } from "../parts/yard.ts";

const timed = z.object({ opened: z.array(z.number()), acked: z.array(z.number()) });

/**
 * `/number reassign` while every vendor takes 5 s to answer, beside the same with instant vendors. All rounds together stay
 * within the 900 requests that a workspace may send in a minute.
 */
export async function open({ rounds = 3, count = 120 } = {}): Promise<Figure[]> {
  const yard = await layYard({ numbersEach: 50 });
  try {
    const app = await yard.startApp();
    const measure = async (ms: number) => {
      await yard.standIns.ask("slow", { ms }, z.unknown());
      const measured = await yard.standIns.ask("open", { perSecond: 50, count }, timed);
      if (measured.opened.length !== count)
        throw new Error(`${measured.opened.length} forms were opened for ${count} commands`);
      return measured;
    };
    await measure(0);
    const [slow, instant, acked]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      instant.push(...(await measure(0)).opened);
      const one = await measure(5_000);
      slow.push(...one.opened);
      acked.push(...one.acked);
    }
    await app.stop();
    const bench = "open";
    return [
      atMost(
        { bench, what: "p99 until views.open arrived, vendors taking 5 s" },
        { value: percentile(slow, 0.99), baseline: percentile(instant, 0.99), times: 1.2, unit: "ms" },
      ),
      within({ bench, what: "the slowest of them" }, { value: Math.max(...slow), most: 250, unit: "ms" }),
      within({ bench, what: "the slowest ack" }, { value: Math.max(...acked), most: 1_000, unit: "ms" }),
    ];
  } finally {
    await yard.close();
  }
}
