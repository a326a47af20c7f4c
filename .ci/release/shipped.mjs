// What a release has of package.json and of the lock file: what the server needs, and nothing of its development.
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));

/** package.json of the release. */
export function shippedPackage() {
  const { devDependencies: _, scripts, ...rest } = read("package.json");
  return { ...rest, files: [...rest.files, "npm-shrinkwrap.json"], scripts: { start: scripts.start } };
}

/** The lock file of the release: npm-shrinkwrap.json, which npm heeds in an installed package, unlike package-lock.json. */
export function shippedLock() {
  const { packages, ...rest } = read("package-lock.json");
  const shipped = Object.entries(packages).filter(([, { dev }]) => dev !== true);
  const { devDependencies: _, ...root } = packages[""];
  return { ...rest, packages: { ...Object.fromEntries(shipped), "": root } };
}

/** The packages that are installed with a release, by the folders under node_modules. */
export function shippedDependencies() {
  return Object.entries(shippedLock().packages)
    .filter(([path]) => path !== "")
    .map(([path, { name, version, license }]) => ({
      name: name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      license: license ?? "unknown",
    }));
}
