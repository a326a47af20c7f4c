import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { atMost, median, percentile, within, type Figure } from "../figure.ts";
import { startProcessHarness } from "../parts/process-harness.ts";

const timed = z.object({ opened: z.array(z.number()), acked: z.array(z.number()) });
/** A workspace may send 900 requests in a minute (`slack/context/rate-limits.ts`). */
const minuteMs = 61_000;
const roundsInAMinute = 3;

/** `/number reassign` while every vendor takes 5 s to respond, compared with instant vendors, in turn. */
export async function open({ rounds = 6, count = 120 } = {}): Promise<Figure[]> {
  const processes = await startProcessHarness({ numbersEach: 50 });
  try {
    const app = await processes.startApp();
    const measure = async (ms: number) => {
      await processes.standIns.ask("slow", { ms }, z.unknown());
      const measured = await processes.standIns.ask("open", { perSecond: 50, count }, timed);
      if (measured.opened.length !== count)
        throw new Error(`${measured.opened.length} forms were opened for ${count} commands`);
      return measured;
    };
    let nextMinute = pause(minuteMs);
    await measure(0);
    const [slow, instant, acked]: [number[][], number[][], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0 && round % roundsInAMinute === 0) {
        await nextMinute;
        nextMinute = pause(minuteMs);
      }
      instant.push([...(await measure(0)).opened]);
      const one = await measure(5_000);
      slow.push([...one.opened]);
      acked.push(...one.acked);
    }
    await app.stop();
    const bench = "open";
    // The median of the rounds, so that one round with other load on the machine does not decide.
    const p99 = (all: readonly number[][]): number => median(all.map((opened) => percentile(opened, 0.99)));
    return [
      atMost(
        { bench, what: "p99 until views.open arrived, vendors taking 5 s" },
        { value: p99(slow), baseline: p99(instant), times: 1.2, unit: "ms" },
      ),
      within(
        { bench, what: "the slowest of them" },
        { value: Math.max(...slow.flat()), most: 250, unit: "ms" },
      ),
      within({ bench, what: "the slowest ack" }, { value: Math.max(...acked), most: 1_000, unit: "ms" }),
    ];
  } finally {
    await processes.close();
  }
}
