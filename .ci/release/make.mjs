// Makes what a release has, in release/: the package, its SBOMs and their checksums. Built twice from one commit with one
// version of npm, they have the same bytes. `npm run release` compiles first.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shippedPackage } from "./shipped.mjs";
import { sboms } from "./sbom.mjs";
import { stagePackage } from "./stage.mjs";

const [out = "release", dist = "dist"] = process.argv.slice(2);
const { name, version } = shippedPackage();
const work = mkdtempSync(join(tmpdir(), "release-"));
// An SBOM names its subject after the folder.
const folder = join(work, name);
try {
  mkdirSync(folder);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  stagePackage(folder, dist);
  execFileSync("npm", ["pack", "--silent", "--pack-destination", work], { cwd: folder });
  const tarball = readFileSync(join(work, `${name}-${version}.tgz`));
  const files = new Map([[`${name}-${version}.tgz`, tarball]]);
  for (const { kind, text } of sboms(folder, tarball)) files.set(`${name}-${version}.${kind}.json`, text);
  const sums = [...files].map(([file, content]) => {
    writeFileSync(join(out, file), content);
    return `${createHash("sha256").update(content).digest("hex")}  ${file}\n`;
  });
  writeFileSync(join(out, "SHA256SUMS"), sums.join(""));
  process.stdout.write(sums.join(""));
} finally {
  rmSync(work, { recursive: true, force: true });
}
