// `npm run faults`: tries every fault with every verb at every vendor and prints what came of it. Exits with 1 when an
// invariant is broken.
import { vendorIds } from "../../src/domain/vendor.ts";
import { stretches, tryStretch, type Cell } from "./matrix.ts";
import { table, totals } from "./table.ts";

const started = performance.now();
const cells: Cell[] = [];
let shown = 0;
const progress = (cell: Cell): void => {
  cells.push(cell);
  if (process.stderr.isTTY && cells.length >= shown + 100) {
    shown = cells.length;
    process.stderr.write(`${shown} cells tried\n`);
  }
};
const tried = await Promise.all(
  stretches("all", vendorIds).map(async (stretch) => tryStretch(stretch, progress)),
);
const all = tried.flat();
const text = `${table(all)}\n\n${totals(all, performance.now() - started)}\n`;
process.stdout.write(text);
process.exitCode = all.some(({ broken }) => broken.length > 0) ? 1 : 0;
