import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A release in a folder of its own, and its package, unpacked. */
export interface Made {
  readonly folder: string;
  readonly unpacked: string;
  remove(): void;
}

/** Makes a release as `npm run release` does, with a command of a few lines in place of the compiled server. */
export function makeRelease(): Made {
  const work = mkdtempSync(join(tmpdir(), "release-"));
  const within = (name: string): string => join(work, name);
  const [folder, dist, unpacked] = [within("release"), within("dist"), within("unpacked")];
  mkdirSync(join(dist, "cli"), { recursive: true });
  mkdirSync(unpacked);
  writeFileSync(join(dist, "main.js"), "#!/usr/bin/env node\n");
  chmodSync(join(dist, "main.js"), 0o755);
  for (const name of ["main.js.map", "cli/program.js", "cli/program.js.map"])
    writeFileSync(join(dist, name), "");
  execFileSync(process.execPath, [".ci/release/make.mjs", folder, dist], { cwd: root });
  const tarball = join(folder, "patchbay-1.0.0.tgz");
  execFileSync("tar", ["xzf", tarball, "--strip-components=1", "-C", unpacked]);
  return { folder, unpacked, remove: () => rmSync(work, { recursive: true, force: true }) };
}
