// `npm run faults`: tries every fault with every verb at every vendor and prints what came of it. Exits with 1 when an
// invariant is broken.
import PQueue from "p-queue";
import { vendorIds } from "../../src/domain/vendor.ts";
import { stretches, tryStretch, type Cell } from "./matrix.ts";
import { endInvariants } from "./end-invariants.ts";
import { endName, endTries, tryEnds } from "./ends.ts";
import { revertInvariants } from "./revert-invariants.ts";
import { revertName, revertTries, tryReverts } from "./reverts.ts";
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

const ends = (
  await queue.addAll(vendorIds.map((vendor) => async () => tryEnds(vendor, endTries("all", vendor))))
).flat();
const atEnds = ends.flatMap((cell) => cell.broken.map((why) => `${endName(cell)}\n    ${why}`));
const held = ends.length * endInvariants.length - atEnds.length;
process.stdout.write(
  `${[...atEnds, `${ends.length} ends of changes (faults × vendors), ${endInvariants.length} invariants each: ${held} held, ${atEnds.length} broken.`].join("\n")}\n`,
);

const reverts = (
  await queue.addAll(vendorIds.map((vendor) => async () => tryReverts(vendor, revertTries("all", vendor))))
).flat();
const atReverts = reverts.flatMap((cell) => cell.broken.map((why) => `${revertName(cell)}\n    ${why}`));
const heldThere = reverts.length * revertInvariants.length - atReverts.length;
process.stdout.write(
  `${[...atReverts, `${reverts.length} reverts of incidents (faults × vendors), ${revertInvariants.length} invariants each: ${heldThere} held, ${atReverts.length} broken.`].join("\n")}\n`,
);
process.exitCode = [...cells, ...ends, ...reverts].some(({ broken }) => broken.length > 0) ? 1 : 0;
