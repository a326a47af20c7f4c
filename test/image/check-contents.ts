import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Throws unless the image has what the server needs, and nothing else. Returns what held. */
export function checkContents(root: string, repository: string): string[] {
  const { packages }: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    readFileSync(join(repository, "package-lock.json"), "utf8"),
  );
  const developed = Object.entries(packages)
    .filter(([path, { dev }]) => dev === true && path.startsWith("node_modules/"))
    .map(([path]) => path);
  expectNone(
    "dev dependencies",
    developed.filter((path) => existsSync(join(root, "app", path))),
  );
  const files = readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(root, "app", path)).isFile())
    .toSorted();
  const own = files.filter((path) => !path.startsWith("node_modules/") && !path.startsWith("dist/"));
  expectNone(
    "files of ours that nobody needs",
    own.filter((path) => !["LICENSE", "manifest.yml", "package.json"].includes(path)),
  );
  expectNone(
    "package managers",
    readdirSync(join(root, "usr/local/bin")).filter((name) => name !== "node"),
  );
  const hash = createHash("sha256");
  let bytes = 0;
  for (const path of files) {
    const content = readFileSync(join(root, "app", path));
    bytes += content.byteLength;
    hash.update(`${path}\0${content.byteLength}\0`).update(content);
  }
  const data = statSync(join(root, "data"));
  if (data.uid !== 10_001 || (data.mode & 0o777) !== 0o700) throw new Error("/data is not the server's own");
  return [
    `no dev dependency of ${developed.length}, no source, no package manager`,
    `${files.length} files, ${Math.round(bytes / 1e6)} MB in /app, sha256 ${hash.digest("hex")}`,
  ];
}

function expectNone(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${what}: ${found.slice(0, 5).join(", ")}`);
}
