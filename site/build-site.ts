import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { addressOf, targetOf } from "./addresses.ts";
import { brokenLinks } from "./check-links.ts";
import { listedBy, sections, type Entry } from "./navigation.ts";
import { pageHtml } from "./page-html.ts";
import { readDocument, type Document } from "./read-document.ts";
import { searchSections } from "./search-sections.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/**
 * Builds the site from the Markdown of the repository at `root` into `folder`, which it empties first. Returns the
 * addresses of its pages. Throws an error that names every document without a section and every broken link, and writes nothing then.
 */
export async function buildSite(root: string, folder: string): Promise<readonly string[]> {
  const order = await documentsInOrder(root);
  const documents = new Map(order.map(({ file }) => [file, readDocument(root, file)]));
  const faults = [...(await unlisted(root, documents)), ...brokenLinks(root, documents)];
  if (faults.length > 0) throw new Error(faults.join("\n"));

  await rm(folder, { recursive: true, force: true });
  const write = async (address: string, content: string | Buffer): Promise<void> => {
    const path = join(folder, address);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  const { version }: { version: string } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  for (const document of documents.values()) {
    await write(addressOf(document.file), pageHtml(document, { version, order }));
  }
  for (const file of linkedFiles(documents)) await write(addressOf(file), await readFile(join(root, file)));
  await cp(join(here, "site.css"), join(folder, "site.css"));
  await bundle(folder, documents);
  return [...documents.keys()].map(addressOf);
}

/** The documents of the navigation, each followed by those that it lists. */
async function documentsInOrder(root: string): Promise<readonly Entry[]> {
  const order: Entry[] = [];
  for (const entry of sections.flatMap(({ pages }) => pages)) {
    order.push(entry);
    const folder = listedBy.find(({ page }) => page === entry.file)?.folder;
    if (folder === undefined) continue;
    const names = (await readdir(join(root, folder))).filter((name) => /^\d.*\.md$/u.test(name));
    for (const name of names.toSorted()) {
      const file = `${folder}/${name}`;
      order.push({ file, name: readDocument(root, file).title });
    }
  }
  return order;
}

async function unlisted(root: string, documents: ReadonlyMap<string, Document>): Promise<readonly string[]> {
  const files = await readdir(join(root, "docs"), { recursive: true });
  return files
    .filter((file) => file.endsWith(".md") && !documents.has(`docs/${file}`))
    .map((file) => `docs/${file}: it is in no section of site/navigation.ts`);
}

/** Pictures and other files that documents link to. */
function linkedFiles(documents: ReadonlyMap<string, Document>): ReadonlySet<string> {
  const linked = [...documents.values()].flatMap(({ file, links }) =>
    links.flatMap((href) => targetOf(file, href)?.file ?? []),
  );
  return new Set(linked.filter((file) => !documents.has(file)));
}

async function bundle(folder: string, documents: ReadonlyMap<string, Document>): Promise<void> {
  await build({
    entryPoints: [join(here, "client/site.ts"), join(here, "client/search.ts")],
    outdir: folder,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    logLevel: "warning",
    define: { sections: JSON.stringify([...documents.values()].flatMap(searchSections)) },
  });
}
