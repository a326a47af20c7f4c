import { z } from "zod";
import { atMost, median, type Figure } from "../figure.ts";
import { startChild } from "../parts/child.ts";
import { filledDatabase } from "../parts/filled.ts";

const measured = z.object({ number: z.array(z.number()), workspace: z.array(z.number()) });

/** A page of the history of a number and of a workspace, in a long log and in a short one. */
export async function history({ entries = 1_000_000, rounds = 400 } = {}): Promise<Figure[]> {
  const [long, short] = [await filledDatabase(entries), await filledDatabase(1_000)];
  const inside = await startChild("inside");
  try {
    const read = async (path: string, many = rounds) =>
      inside.ask("history", { path, rounds: many }, measured);
    await read(short);
    await read(long);
    const runs: { long: z.infer<typeof measured>; short: z.infer<typeof measured> }[] = [];
    for (let turn = 0; turn < 5; turn += 1) runs.push({ long: await read(long), short: await read(short) });
    const of = (what: "number" | "workspace") => ({
      value: median(runs.flatMap((run) => run.long[what])),
      baseline: median(runs.flatMap((run) => run.short[what])),
      times: 1.5,
      unit: "ms",
    });
    const bench = "history";
    return [
      atMost({ bench, what: "p50 of a number, 1,000,000 entries beside 1,000" }, of("number")),
      atMost({ bench, what: "p50 of the workspace" }, of("workspace")),
    ];
  } finally {
    await inside.end();
  }
}
