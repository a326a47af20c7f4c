import { existsSync, mkdirSync, mkdtempSync, renameSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { sharedFolder } from "./memory-folder.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const bundles = new Map<string, string>();
/** What the libraries that are not modules expect of Node. */
const banner = 'import { createRequire as from } from "node:module"; const require = from(import.meta.url);';

/**
 * A file of TypeScript with all its libraries as one of JavaScript, since many processes load it; gives its path. It lies in a
 * folder `dist` with the project's own files beside that, is made once for all workers of a run, and goes with its files.
 */
export function bundled(source: URL): string {
  const known = bundles.get(source.href);
  if (known !== undefined) return known;
  const path = fileURLToPath(source);
  const name = basename(path, ".ts");
  const shared = sharedFolder();
  const home =
    shared === undefined ? undefined : join(shared, `bundle-${encodeURIComponent(source.pathname)}`);
  const built = home !== undefined && existsSync(home) ? home : build(path, name, home);
  const outfile = join(built, "dist", `${name}.js`);
  bundles.set(source.href, outfile);
  return outfile;
}

function build(path: string, name: string, home: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-bundle-"));
  for (const file of ["node_modules", "package.json", "manifest.yml"])
    symlinkSync(join(project, file), join(folder, file));
  mkdirSync(join(folder, "dist"));
  buildSync({
    entryPoints: [path],
    outfile: join(folder, "dist", `${name}.js`),
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: banner },
    external: ["better-sqlite3", "better-sqlite3-13", "esbuild", "emulate"],
    logLevel: "error",
  });
  if (home === undefined) return folder;
  try {
    renameSync(folder, home);
  } catch {
    // Another worker was first; its bundle is the same.
    return existsSync(home) ? home : folder;
  }
  return home;
}
