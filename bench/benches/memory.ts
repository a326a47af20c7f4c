import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { within, type Figure } from "../figure.ts";
import { send, startLoad } from "../parts/load.ts";
import { collectable, type Server } from "../parts/server.ts";
import { signingSecret } from "../parts/workspace.ts";
import { startProcessHarness } from "../parts/process-harness.ts";

const bodies = z.object({ bodies: z.array(z.string()) });
/** A workspace may send 900 requests in a minute (`slack/context/rate-limits.ts`). Each half comes close to that. */
const minuteMs = 61_000;
const atOnce = 125;

/**
 * Resident memory after 10,000 commands and 1,000 changes, and halfway, compared with a minimal Bolt app after as many
 * requests.
 */
export async function memory({ commands = 10_000, changes = 1_000 } = {}): Promise<Figure[]> {
  const processes = await startProcessHarness({ numbersEach: 240 });
  const load = await startLoad();
  try {
    const taken = await processes.standIns.ask("commands", { text: "help", count: 480 }, bodies);
    const app = await processes.startApp(await collectable());
    const bare = await processes.startBare(await collectable());
    const type = async (server: Server, requests: number): Promise<void> => {
      await send(load, server.port, signingSecret, { bodies: taken.bodies, connections: 16, requests });
    };
    let round = 0;
    const half = async (): Promise<number> => {
      await type(app, commands / 2);
      for (let left = changes / 2; left > 0; left -= atOnce) {
        const count = Math.min(atOnce, left);
        await processes.standIns.ask("changes", { perSecond: 60, count, round: (round += 1) }, z.unknown());
      }
      await processes.standIns.ask("forget", {}, z.unknown());
      return app.idleMb();
    };
    const nextMinute = pause(minuteMs);
    const first = await half();
    await nextMinute;
    const second = await half();
    await type(bare, commands + changes);
    const bareMb = await bare.idleMb();
    await app.stop();
    await bare.stop();
    const bench = "memory";
    return [
      within(
        { bench, what: "resident after 10,000 commands and 1,000 changes" },
        { value: second, baseline: bareMb, most: 60, unit: "MB" },
      ),
      within({ bench, what: "and beside half-way" }, { value: second, baseline: first, most: 5, unit: "MB" }),
    ];
  } finally {
    await load.end();
    await processes.close();
  }
}
