import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundled.ts";

const root = new URL("../../../", import.meta.url);
const delivered = fileURLToPath(new URL("dist/main.js", root));

/**
 * The program as it is delivered, if `npm run build` made it of the source as it is now, as the checks do before the tests; else
 * the same source as a bundle. So a test always runs a whole program in a process, and never one of yesterday.
 */
export function builtProgram(): string {
  return isCurrent() ? delivered : bundled(new URL("src/main.ts", root));
}

function isCurrent(): boolean {
  const built = statSync(delivered, { throwIfNoEntry: false });
  if (!built) return false;
  const source = fileURLToPath(new URL("src", root));
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(`${source}/${name}`))
    .every(({ mtimeMs }) => mtimeMs <= built.mtimeMs);
}
