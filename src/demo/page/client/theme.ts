/** How the page looks: as the system does, or one of the two always. */
export type Theme = "system" | "light" | "dark";

const themes: readonly Theme[] = ["system", "light", "dark"];
const place = "patchbay-demo.theme";

/** The theme that was chosen last. */
export function savedTheme(): Theme {
  return themes.find((theme) => theme === localStorage.getItem(place)) ?? "system";
}

/** Gives the page a theme and remembers it. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(place, theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** The theme after this one. */
export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
}
