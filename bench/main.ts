import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { benches, byHand } from "./benches/index.ts";
import { table, type Figure } from "./figure.ts";
import { removeBundles } from "./parts/child.ts";

// So that child processes end with this one.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const known = new Map(Object.entries({ ...benches, ...byHand }));
const named = process.argv.slice(2);
const unknown = named.find((name) => !known.has(name));
if (unknown !== undefined) {
  process.stderr.write(`There is no bench ${unknown}. There are: ${[...known.keys()].join(", ")}.\n`);
  process.exit(2);
}
const chosen =
  named.length > 0 ? [...known].filter(([name]) => named.includes(name)) : Object.entries(benches);
const figures: Figure[] = [];
try {
  for (const [name, bench] of chosen) {
    const startedAt = performance.now();
    process.stderr.write(`${name} …`);
    figures.push(...(await bench()));
    process.stderr.write(` ${Math.round((performance.now() - startedAt) / 1000)} s\n`);
  }
} finally {
  await removeBundles();
  await tell(figures);
}

async function tell(measured: readonly Figure[]): Promise<void> {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model ?? "unknown"}, ${process.platform}`;
  const about = { at: new Date().toISOString(), node: process.version, machine };
  const folder = fileURLToPath(new URL("results/", import.meta.url));
  await mkdir(folder, { recursive: true });
  const file = `${folder}${named.length > 0 ? named.join("-") : "all"}.json`;
  await writeFile(file, `${JSON.stringify({ ...about, figures: measured }, null, 2)}\n`);
  process.stdout.write(`\n${table(measured)}\n\n${machine}, Node ${about.node}, ${about.at}\n${file}\n`);
}
