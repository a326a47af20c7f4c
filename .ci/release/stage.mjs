// Puts what the package has into an empty folder. It takes tracked files only, so no secret of this folder is among them.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { shippedLock, shippedPackage } from "./shipped.mjs";

/** What npm packs without being told. */
const parts = ["LICENSE", "README.md"];

/** Fills the folder with the package. `dist` is the compiled server. */
export function stagePackage(folder, dist) {
  const manifest = shippedPackage();
  const left = manifest.files.filter((name) => name.startsWith("!"));
  const taken = [...parts, ...manifest.files.filter((name) => !/[!*]/u.test(name))];
  const paths = [...taken, ...left.map((name) => `:(exclude)${name.slice(1)}`)];
  const tracked = execFileSync("git", ["ls-files", "-z", "--", ...paths], { encoding: "utf8" });
  const files = tracked.split("\0").filter(Boolean);
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(file, join(folder, file));
  }
  for (const file of files) if (file.endsWith(".md")) unlink(folder, file);
  cpSync(dist, join(folder, "dist"), { recursive: true });
  const write = (name, content) => writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  write("package.json", manifest);
  write("npm-shrinkwrap.json", shippedLock());
}

/** Makes text of the links to what only the repository has, and leaves out its pictures. */
function unlink(folder, document) {
  const path = join(folder, document);
  const linked = readFileSync(path, "utf8").replaceAll(
    /(!?)\[([^\]]*)\]\((?!https?:|#)([^)#\s]+)[^)]*\)/gu,
    (link, image, label, target) => {
      if (existsSync(join(dirname(path), target))) return link;
      return image ? "" : label;
    },
  );
  writeFileSync(path, linked);
}
