import type { Locator, Page } from "playwright-core";

/** The form on the screen. */
export const form = (page: Page): Locator => page.locator(".modal");

/** Switches to another person. */
export async function become(page: Page, name: string): Promise<void> {
  await page.locator(".who > .menu-button").click();
  await page.getByRole("menuitemradio", { name }).click();
  await page.getByRole("log").waitFor();
}

/** Types a line into the composer and sends it. */
export async function say(page: Page, line: string): Promise<void> {
  const composer = page.locator(".main textarea");
  await composer.fill(line);
  // A complete line has no completion, so Enter sends it.
  await composer.press("Enter");
}

/** Waits until the form says something. */
export async function formSays(page: Page, words: string | RegExp): Promise<void> {
  await form(page).getByText(words).first().waitFor();
}

/** The latest message with this text. */
export const message = (page: Page, words: string | RegExp): Locator =>
  page.getByRole("article").filter({ hasText: words }).last();

/** Opens a tab of the inspector, and the inspector itself if it is closed. */
export async function inspect(page: Page, tab: string): Promise<Locator> {
  const inspector = page.locator(".inspector");
  if (!(await inspector.isVisible()))
    await page.getByRole("button", { name: "Inspector", exact: true }).click();
  await inspector.getByRole("tab", { name: tab }).click();
  return inspector;
}

/** The name of the focused element: its label or its text. */
export async function focused(page: Page): Promise<string> {
  const found: unknown = await page.evaluate(
    "(() => { const e = document.activeElement; const by = e?.getAttribute('aria-labelledby'); return by ? document.getElementById(by)?.textContent : (e?.getAttribute('aria-label') ?? e?.textContent ?? ''); })()",
  );
  return typeof found === "string" ? found : "";
}
