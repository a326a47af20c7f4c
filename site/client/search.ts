import MiniSearch from "minisearch";

interface SearchSection {
  readonly address: string;
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

/** The sections of all documents. The build puts them in. */
declare const sections: readonly SearchSection[];

const most = 12;
const base = new URL(
  ".",
  document.querySelector<HTMLScriptElement>("script[src$='search.js']")?.src ?? location.href,
);
const index = new MiniSearch<SearchSection & { readonly id: number }>({
  fields: ["heading", "page", "text"],
  searchOptions: {
    boost: { heading: 4, page: 2 },
    prefix: true,
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    combineWith: "AND",
    // Most people look for how to do something, not for why or since when it is so.
    boostDocument: (id) =>
      /^(?:adr|changelog|test|bench)/u.test(sections[Number(id)]?.address ?? "") ? 0.3 : 1,
  },
});
index.addAll(sections.map((section, id) => ({ ...section, id })));

const form = document.querySelector<HTMLFormElement>("#search");
const input = form?.querySelector("input");
const found = document.querySelector<HTMLElement>("#found");
const count = document.querySelector<HTMLElement>("#found-count");
const list = found?.querySelector("ul");

function show(): void {
  if (!input || !found || !count || !list) return;
  const query = input.value.trim();
  found.hidden = query === "";
  const ids = query === "" ? [] : index.search(query).map(({ id }) => Number(id));
  count.textContent =
    ids.length === 0 ? "Nothing found." : ids.length === 1 ? "1 place" : `${ids.length} places`;
  list.replaceChildren(
    ...ids
      .slice(0, most)
      .flatMap((id) => sections[id] ?? [])
      .map((section) => entry(section, query)),
  );
}

function entry({ address, page, heading, text }: SearchSection, query: string): HTMLLIElement {
  const link = document.createElement("a");
  link.href = new URL(address, base).href;
  const title = document.createElement("strong");
  title.textContent = heading === page ? page : `${page} › ${heading}`;
  const excerpt = document.createElement("span");
  excerpt.textContent = around(text, query);
  link.append(title, excerpt);
  const item = document.createElement("li");
  item.append(link);
  return item;
}

/** The text around the first of the words. */
function around(text: string, query: string): string {
  const lower = text.toLowerCase();
  const places = query
    .toLowerCase()
    .split(/\s+/u)
    .map((word) => lower.indexOf(word));
  const at = Math.max(0, Math.min(...places.filter((place) => place >= 0), Infinity));
  const start = Number.isFinite(at) && at > 40 ? text.indexOf(" ", at - 40) + 1 : 0;
  return `${start > 0 ? "…" : ""}${text.slice(start, start + 140)}${text.length > start + 140 ? "…" : ""}`;
}

if (form && input && found) {
  input.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.click();
  });
  form.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    input.value = "";
    show();
    input.focus();
  });
  found.addEventListener("click", ({ target }) => {
    // A place on the same page loads nothing, so the list would stay.
    if (target instanceof Element && target.closest("a")) found.hidden = true;
  });
  show();
}
