import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const project = fileURLToPath(new URL("../../", import.meta.url));
const bundles = new Map<string, string>();

/**
 * A file of TypeScript as one of JavaScript that Node runs without a loader, made once by each worker; gives its path. It
 * lies in a folder `dist` with the project's own files beside that, and goes with the temporary files of the run.
 */
export function bundled(source: URL): string {
  const known = bundles.get(source.href);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "patchbay-bundle-"));
  for (const name of ["node_modules", "package.json", "manifest.yml"])
    symlinkSync(join(project, name), join(folder, name));
  mkdirSync(join(folder, "dist"));
  const path = fileURLToPath(source);
  const outfile = join(folder, "dist", `${basename(path, ".ts")}.js`);
  buildSync({
    entryPoints: [path],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  bundles.set(source.href, outfile);
  return outfile;
}
