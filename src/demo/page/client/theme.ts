/** The theme of the page: the system's, or always one of the two. */
export type Theme = "system" | "light" | "dark";

const themes: readonly Theme[] = ["system", "light", "dark"];
const place = "patchbay-demo.theme";

/** The last chosen theme. */
export function savedTheme(): Theme {
  return themes.find((theme) => theme === localStorage.getItem(place)) ?? "system";
}

/** Applies a theme and stores it. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(place, theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** The next theme. */
export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
}
