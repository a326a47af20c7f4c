import { z } from "zod";
import { atLeast, atMost, median, percentile, type Figure } from "../figure.ts";
import { send, startLoad } from "../parts/load.ts";
import { startProcessHarness } from "../parts/process-harness.ts";
import { signingSecret } from "../parts/workspace.ts";

/** How much work to do; less for a trial of the bench itself. */
export interface Size {
  readonly rounds: number;
  readonly requests: number;
}

const full: Size = { rounds: 7, requests: 4_000 };

/** `/number help` over 32 connections, compared with a minimal Bolt app. */
export async function ack({ rounds, requests }: Size = full): Promise<Figure[]> {
  const processes = await startProcessHarness({ numbersEach: 10 });
  const load = await startLoad();
  try {
    const taken = await processes.standIns.ask(
      "commands",
      { text: "help", count: Math.min(requests, 480) },
      bodies,
    );
    const app = await processes.startApp();
    const bare = await processes.startBare();
    const spec = { bodies: taken.bodies, connections: 32, requests };
    const [ours, theirs]: [Round[], Round[]] = [[], []];
    // Two warm-up rounds, then both in turn, so that load on the machine affects both.
    for (let round = -2; round < rounds; round += 1) {
      const one = await send(load, app.port, signingSecret, spec);
      const other = await send(load, bare.port, signingSecret, spec);
      if (round < 0) continue;
      ours.push({ perSecond: one.perSecond, p99: percentile(one.latencies, 0.99) });
      theirs.push({ perSecond: other.perSecond, p99: percentile(other.latencies, 0.99) });
    }
    await app.stop();
    await bare.stop();
    const of = (all: Round[], what: keyof Round): number => median(all.map((round) => round[what]));
    const beside = (what: keyof Round) => ({ value: of(ours, what), baseline: of(theirs, what) });
    return [
      atLeast(
        { bench: "ack", what: "acks of /number help, 32 connections" },
        { ...beside("perSecond"), times: 0.85, unit: "/s" },
      ),
      atMost({ bench: "ack", what: "p99 of the ack" }, { ...beside("p99"), times: 1.5, unit: "ms" }),
    ];
  } finally {
    await load.end();
    await processes.close();
  }
}

interface Round {
  readonly perSecond: number;
  readonly p99: number;
}

const bodies = z.object({ bodies: z.array(z.string()) });
