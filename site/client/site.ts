// The menu on phones, and the search, whose texts are loaded when somebody wants to search.
const script = document.currentScript;
const base = script instanceof HTMLScriptElement ? script.src : location.href;

const menu = document.querySelector<HTMLButtonElement>("#menu");
const pages = document.querySelector<HTMLElement>("#pages");
if (menu && pages) {
  menu.hidden = false;
  document.documentElement.classList.add("has-menu");
  const show = (isOpen: boolean): void => {
    menu.setAttribute("aria-expanded", String(isOpen));
    pages.classList.toggle("is-open", isOpen);
  };
  menu.addEventListener("click", () => show(menu.getAttribute("aria-expanded") !== "true"));
  pages.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLAnchorElement) show(false);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || menu.getAttribute("aria-expanded") !== "true") return;
    show(false);
    menu.focus();
  });
}

const search = document.querySelector<HTMLFormElement>("#search");
const input = search?.querySelector("input");
if (search && input) {
  search.hidden = false;
  let isLoading = false;
  input.addEventListener("focus", () => {
    if (isLoading) return;
    isLoading = true;
    const loaded = document.createElement("script");
    loaded.src = new URL("search.js", base).href;
    document.head.append(loaded);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    input.focus();
  });
}
