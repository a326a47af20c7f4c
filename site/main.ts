import { fileURLToPath } from "node:url";
import { buildSite } from "./build-site.ts";

const [
  folder = fileURLToPath(new URL("dist", import.meta.url)),
  root = fileURLToPath(new URL("..", import.meta.url)),
] = process.argv.slice(2);

try {
  const pages = await buildSite(root, folder);
  process.stdout.write(`docs: ${pages.length} pages. Open ${folder}/index.html\n`);
} catch (error) {
  process.stderr.write(
    `The documents cannot be built:\n${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
