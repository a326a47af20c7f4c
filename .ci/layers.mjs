// Runs dependency-cruiser over src and bench. Also fails if it found suspiciously few modules: with an unsupported
// compiler version, the tool checks no module and reports success.
import { execFileSync } from "node:child_process";

const least = 20;
// The output for all modules exceeds the default of 1 MB.
const options = { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 };
const run = (type) => execFileSync("npx", ["depcruise", "src", "bench", "--output-type", type], options);

try {
  process.stdout.write(run("err"));
  const cruised = JSON.parse(run("json")).modules.filter((module) => module.source.startsWith("src/")).length;
  if (cruised <= least) throw new Error(`only ${cruised} modules of src were cruised`);
  process.stdout.write(`layers: ${cruised} modules of src hold to the rules\n`);
} catch (error) {
  process.stderr.write(`${error.stdout ?? ""}${error.stdout ? "" : error.message}\n`);
  process.exitCode = 1;
}
