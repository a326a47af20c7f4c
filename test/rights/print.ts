// `npm run rights`: tries every role with every verb, surface and target, and prints the results. Exits with 1 if
// a result is not as expected, and with 2 if the arguments are invalid.
import { readCommandLine } from "../support/command-line.ts";
import { roles } from "./people.ts";
import { table, totals } from "./table.ts";
import { holds, tries, tryAll } from "./try-cell.ts";

const usage = `npm run rights -- [options]

Tries every role with every verb, surface and target, and prints what came of it.

  --role ROLE    only this role; can be repeated
                 (${roles.join(", ")})
  -h, --help     show this text

Exit codes: 0 all as expected, 1 some not, 2 invalid arguments.`;

const { values, chosen } = readCommandLine(usage, { role: { type: "string", multiple: true } });
const some = chosen("--role", values.role, roles);

const started = performance.now();
let done = 0;
const progress = (): void => {
  done += 1;
  if (process.stderr.isTTY && done % 50 === 0) process.stderr.write(`${done} cells tried\n`);
};
// Two harnesses at the same time, because a try mostly waits.
const halves = [some.filter((_, at) => at % 2 === 0), some.filter((_, at) => at % 2 === 1)];
const cells = (await Promise.all(halves.map(async (half) => tryAll(tries(half), progress)))).flat();
process.stdout.write(`${table(cells)}\n\n${totals(cells, performance.now() - started)}\n`);
process.exitCode = cells.every((cell) => holds(cell)) ? 0 : 1;
