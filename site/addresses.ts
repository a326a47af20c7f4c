import { posix } from "node:path";

/** Where a file of the repository is in the site. A document becomes a page, any other file is copied. */
export function addressOf(file: string): string {
  if (file === "README.md") return "index.html";
  if (!file.endsWith(".md")) return file.startsWith("docs/") ? file.slice("docs/".length) : `files/${file}`;
  return file
    .replace(/^docs\//u, "")
    .replace(/README\.md$/u, "index.md")
    .toLowerCase()
    .replace(/\.md$/u, ".html");
}

/** A relative link from one address of the site to another, so that the site works in any folder. */
export function relativeLink(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}

/** What a link in a document leads to: a file of the repository, and a heading in it. Undefined for other sites. */
export function targetOf(
  file: string,
  href: string,
): { readonly file: string; readonly anchor: string } | undefined {
  if (/^[a-z]+:/u.test(href)) return undefined;
  const [path = "", anchor = ""] = href.split("#");
  return { file: path === "" ? file : posix.join(posix.dirname(file), path), anchor };
}
