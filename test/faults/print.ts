// `npm run faults`: tries every fault with every verb at every vendor and prints what came of it. Exits with 1 when an
// invariant is broken.
import PQueue from "p-queue";
import { vendorIds } from "../../src/domain/vendor.ts";
import { stretches, tryStretch, type Cell } from "./matrix.ts";
import { ends } from "./ends.ts";
import { reverts } from "./reverts.ts";
import { brokenLines, triesOf, tryAll, type Story } from "./story.ts";
import { table, totals } from "./table.ts";

/** Most of a try is waiting for what does not come, so a few go side by side. */
const atOnce = 3;

const started = performance.now();
let done = 0;
const progress = (): void => {
  done += 1;
  if (process.stderr.isTTY && done % 100 === 0) process.stderr.write(`${done} cells tried\n`);
};
const queue = new PQueue({ concurrency: atOnce });
const tried = await queue.addAll(
  stretches("all", vendorIds).map((stretch) => async () => tryStretch(stretch, progress)),
);
const cells: readonly Cell[] = tried.flat();
process.stdout.write(`${table(cells)}\n\n${totals(cells, performance.now() - started)}\n`);

/** Tries a story at every vendor and prints what broke; gives how much did. */
async function tell<Seen>(story: Story<Seen>): Promise<number> {
  const told = await queue.addAll(
    vendorIds.map((vendor) => async () => tryAll(story, vendor, triesOf(story, "all", vendor))),
  );
  const broken = brokenLines(told.flat());
  const tries = told.flat().length;
  const held = tries * story.invariants.length - broken.length;
  const sum = `${tries} ${story.all} (faults × vendors), ${story.invariants.length} invariants each: ${held} held, ${broken.length} broken.`;
  process.stdout.write(`${[...broken, sum].join("\n")}\n`);
  return broken.length;
}

const inStories = (await tell(ends)) + (await tell(reverts));
process.exitCode = inStories > 0 || cells.some(({ broken }) => broken.length > 0) ? 1 : 0;
