import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { migrations } from "../../src/sqlite/migrations/index.ts";
import { startChild } from "./child.ts";

const cache = fileURLToPath(new URL("../../node_modules/.cache/bench-databases/", import.meta.url));

/**
 * A database with that many entries. It is filled once and cached in node_modules/.cache; a million take a minute or
 * two.
 */
export async function filledDatabase(entries: number): Promise<string> {
  const path = `${cache}${entries}-entries-v${migrations.length}.db`;
  if (existsSync(path)) return path;
  await mkdir(cache, { recursive: true });
  process.stderr.write(` filling a database with ${entries} entries, once …`);
  const inside = await startChild("inside");
  const making = `${path}-${process.pid}`;
  // Each number has as many entries in the small log as in the large one.
  await inside.ask("fill", { path: making, entries, numbers: Math.max(100, entries / 10) }, z.unknown());
  await inside.end();
  await rename(making, path);
  return path;
}
