import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The documents' site, built once for the tests of a file as `npm run docs` does. */
export interface BuiltSite {
  readonly folder: string;
  /** The addresses of its pages. */
  readonly pages: readonly string[];
}

/** Builds the site of the repository at `from` into a folder. Throws with what the build printed if it fails. */
export function buildSite(folder: string, from = root): void {
  execFileSync(process.execPath, ["--import", "tsx", join(root, "site/main.ts"), folder, from], {
    cwd: root,
    encoding: "utf8",
    stdio: "pipe",
  });
}

export function withBuiltSite(): () => BuiltSite {
  let folder = "";
  let pages: readonly string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "patchbay-site-"));
    buildSite(folder);
    pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".html"),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => ({ folder, pages });
}
