import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { atLeast, median, type Figure } from "../figure.ts";
import { startChild } from "../parts/child.ts";

const measured = z.object({ ours: z.array(z.number()), raw: z.array(z.number()) });

/** Durable writes of a change's record and outcome, compared with raw inserts of the same bytes. */
export async function append({ changes = 200, rounds = 15 } = {}): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-bench-"));
  const inside = await startChild("inside");
  try {
    const figures: Figure[] = [];
    for (const atOnce of [8, 1]) {
      const { ours, raw } = await inside.ask("append", { folder, changes, atOnce, rounds }, measured);
      const what = atOnce === 1 ? "entries, one change at a time" : `entries, ${atOnce} changes at a time`;
      const beside = { value: median(ours), baseline: median(raw), times: 0.6, unit: "/s" };
      figures.push(atLeast({ bench: "append", what }, beside));
    }
    return figures;
  } finally {
    await inside.end();
    await rm(folder, { recursive: true, force: true });
  }
}
