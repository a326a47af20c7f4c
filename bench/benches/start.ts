import { median, within, type Figure } from "../figure.ts";
import { filledDatabase } from "../parts/filled.ts";
import { startProcessHarness } from "../parts/process-harness.ts";

/** From the start of the process until it is ready, with a million entries, compared with a minimal Bolt app. */
export async function start({ entries = 1_000_000, rounds = 7 } = {}): Promise<Figure[]> {
  const processes = await startProcessHarness({
    numbersEach: 10,
    databasePath: await filledDatabase(entries),
  });
  try {
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round += 1) {
      const app = await processes.startApp();
      await app.stop();
      const other = await processes.startBare();
      await other.stop();
      if (round < 0) continue;
      ours.push(app.startMs);
      bare.push(other.startMs);
    }
    return [
      within(
        { bench: "start", what: "start to ready, 1,000,000 entries" },
        { value: median(ours), baseline: median(bare), most: 700, unit: "ms" },
      ),
    ];
  } finally {
    await processes.close();
  }
}
