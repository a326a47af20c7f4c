// Prints a version's part of CHANGELOG.md: `node .ci/release/notes.mjs 1.0.0`. Fails if there is none.
import { readFileSync } from "node:fs";

const [version = ""] = process.argv.slice(2);
const parts = readFileSync(new URL("../../CHANGELOG.md", import.meta.url), "utf8").split(/^## /mu);
const part = parts.find((text) => text.startsWith(`[${version}] - `));
if (part === undefined) throw new Error(`CHANGELOG.md has no part for ${version}`);
process.stdout.write(part.slice(part.indexOf("\n")).trim().concat("\n"));
