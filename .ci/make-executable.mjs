// Lets `npx patchbay` run what package.json names as its commands: the compiler writes files that nobody may execute.
import { chmodSync, readFileSync } from "node:fs";

const { bin } = JSON.parse(readFileSync("package.json", "utf8"));
for (const path of Object.values(bin)) chmodSync(path, 0o755);
