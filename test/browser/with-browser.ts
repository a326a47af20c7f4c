import { it } from "vitest";
import { launchBrowser } from "./browser.ts";

/** Hooks with a browser. The tests of one worker share it, and each file opens pages of its own in it. */
// Vitest reads from the empty pattern that the browser needs no other fixture.
// oxlint-disable-next-line no-empty-pattern
export const withBrowser = it.extend("browser", { scope: "worker" }, async ({}, { onCleanup }) => {
  const browser = await launchBrowser();
  onCleanup(async () => browser.close());
  return browser;
});
