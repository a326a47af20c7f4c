import { addressOf, relativeLink } from "./addresses.ts";
import { listedBy, sections, type Entry } from "./navigation.ts";
import type { Document } from "./read-document.ts";
import { escaped, renderDocument } from "./render-document.ts";

/** What every page shows besides its document. */
export interface Frame {
  readonly version: string;
  /** The documents in reading order, for the links at the end of a page. */
  readonly order: readonly Entry[];
}

/** A whole page: the navigation, the document, and where to read on. */
export function pageHtml(document: Document, frame: Frame): string {
  const from = addressOf(document.file);
  const link = (address: string): string => escaped(relativeLink(from, address));
  const { title } = document;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title === "Patchbay" ? title : `${title} · Patchbay`)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${link("site.css")}">
<script src="${link("site.js")}" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header>
<button type="button" id="menu" aria-expanded="false" aria-controls="pages" hidden>Pages</button>
<a class="home" href="${link("index.html")}">Patchbay</a>
<form role="search" id="search" hidden>
<input type="search" aria-label="Search the documents" aria-describedby="found-count" placeholder="Search" autocomplete="off">
<div id="found" hidden><p id="found-count" role="status"></p><ul></ul></div>
</form>
</header>
<div class="columns">
<nav id="pages" aria-label="Pages">
${navigation(document, link)}
</nav>
<main id="content" tabindex="-1">
${renderDocument(document)}
${readOn(document, frame, link)}
</main>
</div>
<footer>Patchbay ${escaped(frame.version)} · MIT license</footer>
</body>
</html>
`;
}

function navigation(document: Document, link: (address: string) => string): string {
  const { file, headings } = document;
  const listing = listedBy.find(({ folder }) => file.startsWith(`${folder}/`))?.page;
  const parts = headings.filter(({ depth }) => depth === 2);
  return sections
    .map(({ title, pages }) => {
      const items = pages.map((page) => {
        const isHere = page.file === file;
        const current = isHere ? ' aria-current="page"' : page.file === listing ? ' aria-current="true"' : "";
        const inside =
          isHere && parts.length > 1 && parts.length < 30
            ? `<ul>${parts.map(({ text, anchor }) => `<li><a href="#${anchor}">${escaped(text)}</a></li>`).join("")}</ul>`
            : "";
        return `<li><a href="${link(addressOf(page.file))}"${current}>${escaped(page.name)}</a>${inside}</li>`;
      });
      return `<h2>${escaped(title)}</h2>\n<ul>${items.join("\n")}</ul>`;
    })
    .join("\n");
}

function readOn({ file }: Document, { order }: Frame, link: (address: string) => string): string {
  const at = order.findIndex((entry) => entry.file === file);
  const to = (entry: Entry | undefined, rel: string, words: string): string =>
    entry === undefined
      ? ""
      : `<a rel="${rel}" href="${link(addressOf(entry.file))}"><span>${words}</span> ${escaped(entry.name)}</a>`;
  return `<nav class="read-on" aria-label="Read on">${to(order[at - 1], "prev", "Before")}${to(order[at + 1], "next", "Next")}</nav>`;
}
