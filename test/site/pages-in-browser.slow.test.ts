import { env } from "node:process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { brokenRules } from "../browser/axe.ts";
import { noBrowser } from "../browser/browser.ts";
import { withBrowser } from "../browser/with-browser.ts";
import { withBuiltSite } from "./built-site.ts";

const sizes = [
  { width: 1280, height: 850 },
  { width: 390, height: 844 },
] as const;
const themes = ["light", "dark"] as const;

// Some pages, with the widest tables and the longest code; `npm run accessibility` opens all, in CI too.
const isWhole = env["ACCESSIBILITY"] === "whole";
const someOf = ["index.html", "operations.html", "adr/index.html"];

describe.skipIf(noBrowser)(`the documents' site in a browser${noBrowser ?? ""}`, () => {
  const site = withBuiltSite();
  let browser: Browser;
  withBrowser.beforeAll(({ browser: shared }) => {
    browser = shared;
  });

  /** Opens pages from the folder itself, as somebody does who has no server. */
  async function opened(
    options: { readonly viewport: (typeof sizes)[number]; readonly colorScheme?: (typeof themes)[number] },
    visit: (page: Page, go: (address: string) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext(options);
    const complaints: string[] = [];
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("request", (request) => {
      if (!/^(?:file|data):/u.test(request.url())) complaints.push(request.url());
    });
    await visit(page, async (address) => {
      await page.goto(new URL(address, pathToFileURL(join(site().folder, "/"))).href);
    });
    await context.close();
    expect(complaints).toEqual([]);
  }

  it.each(sizes)("fits $width px, without errors or requests to elsewhere", async (viewport) => {
    await opened({ viewport }, async (page, go) => {
      expect(site().pages.length).toBeGreaterThan(70);
      for (const address of isWhole ? site().pages : someOf) {
        await go(address);
        const width: unknown = await page.evaluate("document.documentElement.scrollWidth");
        expect({ address, width }).toEqual({ address, width: viewport.width });
        const broken: unknown = await page.evaluate(
          "[...document.images].filter((image) => image.complete && image.naturalWidth === 0).map(({ src }) => src)",
        );
        expect(broken).toEqual([]);
      }
    });
  });

  it.each(themes)(
    "breaks no rule of accessibility in the %s theme",
    async (colorScheme) => {
      for (const viewport of isWhole ? sizes : [sizes[colorScheme === "light" ? 1 : 0]]) {
        await opened({ viewport, colorScheme }, async (page, go) => {
          for (const address of isWhole ? site().pages.filter((path) => !/adr\/\d/u.test(path)) : someOf) {
            await go(address);
            expect({ address, rules: await brokenRules(page) }).toEqual({ address, rules: [] });
          }
        });
      }
    },
    300_000,
  );

  it("finds a section by its words, without a server", async () => {
    await opened({ viewport: sizes[1] }, async (page, go) => {
      await go("adr/index.html");
      await page.keyboard.press("/");
      await page.getByRole("searchbox").fill("rotate credential");
      const found = page.locator("#found a");
      await found.first().waitFor();
      expect(await brokenRules(page)).toEqual([]);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Rotating CREDENTIAL_KEYS" }).waitFor();
      expect(page.url()).toMatch(/operations\.html#rotating-credential_keys$/u);
    });
  });

  it("opens and closes its menu on a phone", async () => {
    await opened({ viewport: sizes[1] }, async (page, go) => {
      await go("operations.html#what-to-alert-on");
      const link = page.getByRole("link", { name: "User guide", exact: true });
      expect(await link.isVisible()).toBe(false);
      await page.getByRole("button", { name: "Pages" }).click();
      expect(await brokenRules(page)).toEqual([]);
      await page.keyboard.press("Escape");
      expect(await link.isVisible()).toBe(false);
      await page.getByRole("button", { name: "Pages" }).click();
      await link.click();
      await page.getByRole("heading", { name: "User guide", level: 1 }).waitFor();
    });
  });
});
