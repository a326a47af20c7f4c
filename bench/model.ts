// `npm run model`: what so many workspaces need, by the model of docs/scale.md and the costs that `npm run bench -- scale`
// has measured.
import { simulate, type Costs } from "./parts/scale-model.ts";

/** Measured on 2 × AMD EPYC, Node v20.20.2, PostgreSQL 15, 2026-11-29. */
const costs: Costs = {
  changeAppMs: 49,
  changeDbMs: 24,
  changeQueries: 100,
  changeBytes: 9_300,
  commandAppMs: 2,
  commandDbMs: 0.1,
};

/** What a workspace does on a day, and how much busier than average the busiest minutes are. */
const day = { changes: 20, commands: 200, peak: 10 };
/** No server and no database core should be busier than this at the peak. */
const mostBusy = 0.5;
const secondsOfDay = 86_400;
const gigabyte = 1024 ** 3;

const sizes = [100, 1_000, 10_000, 40_000];
process.stdout.write(
  "| workspaces | changes/s at the peak | servers | database cores | p50 to the update | p99 | GB a year |\n|---|---|---|---|---|---|---|\n",
);
for (const workspaces of sizes) {
  const perSecond = (perDay: number): number => (workspaces * perDay * day.peak) / secondsOfDay;
  const [changesPerSecond, commandsPerSecond] = [perSecond(day.changes), perSecond(day.commands)];
  const appMs = changesPerSecond * costs.changeAppMs + commandsPerSecond * costs.commandAppMs;
  const dbMs = changesPerSecond * costs.changeDbMs + commandsPerSecond * costs.commandDbMs;
  // Two servers at least, so that one may die.
  const replicas = Math.max(2, Math.ceil(appMs / 1000 / mostBusy));
  const dbCores = Math.max(2, Math.ceil(dbMs / 1000 / mostBusy));
  const load = { changesPerSecond, commandsPerSecond, replicas, dbCores, roundTripMs: 0.5, vendorMs: 100 };
  const { p50Ms, p99Ms } = simulate(costs, load, { seconds: 20 });
  const bytes = workspaces * day.changes * 365 * costs.changeBytes;
  const cells = [
    workspaces.toLocaleString("en"),
    changesPerSecond.toFixed(1),
    String(replicas),
    String(dbCores),
    `${Math.round(p50Ms)} ms`,
    `${Math.round(p99Ms)} ms`,
    String(Math.round(bytes / gigabyte)),
  ];
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}
