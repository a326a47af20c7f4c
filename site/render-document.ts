import { Marked, type Tokens } from "marked";
import { addressOf, relativeLink, targetOf } from "./addresses.ts";
import type { Document } from "./read-document.ts";

const languages: ReadonlyMap<string, string> = new Map([
  ["sh", "Shell"],
  ["ini", "systemd unit"],
  ["yaml", "YAML"],
  ["json", "JSON"],
]);

/** A document as HTML: links lead to pages of the site, and what is wider than a phone scrolls by itself. */
export function renderDocument(document: Document): string {
  const { file, headings } = document;
  const from = addressOf(file);
  let heading = -1;
  const linkTo = (href: string): string => {
    const target = targetOf(file, href);
    if (target === undefined) return href;
    const link = target.file === file ? "" : relativeLink(from, addressOf(target.file));
    return target.anchor === "" ? link : `${link}#${target.anchor}`;
  };
  const marked = new Marked({
    renderer: {
      heading(token: Tokens.Heading): string {
        const text = this.parser.parseInline(token.tokens);
        const anchor = headings[(heading += 1)]?.anchor ?? "";
        return token.depth === 1
          ? `<h1 id="${anchor}">${text}</h1>\n`
          : `<h${token.depth} id="${anchor}"><a class="anchor" href="#${anchor}">${text}</a></h${token.depth}>\n`;
      },
      link(token: Tokens.Link): string {
        return `<a href="${escaped(linkTo(token.href))}">${this.parser.parseInline(token.tokens)}</a>`;
      },
      image(token: Tokens.Image): string {
        return `<img src="${escaped(linkTo(token.href))}" alt="${escaped(token.text)}">`;
      },
      code({ text, lang = "" }: Tokens.Code): string {
        const [language = "", ...rest] = lang.split(" ");
        const name = languages.get(language) ?? "Text";
        const note = rest.includes("untested")
          ? '<p class="note">No test of Patchbay runs this block.</p>\n'
          : "";
        return `<pre tabindex="0" role="group" aria-label="${name}"><code>${escaped(text)}</code></pre>\n${note}`;
      },
    },
  });
  // A table scrolls by itself, so the keyboard must be able to reach it.
  return marked
    .parser(document.tokens, marked.defaults)
    .replaceAll("<table>", '<div class="table" tabindex="0" role="group" aria-label="Table"><table>')
    .replaceAll("</table>", "</table></div>")
    .replaceAll("<th></th>", "<td></td>");
}

export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
