import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { startPage, type DemoPage, type PageOptions } from "../../src/demo/page/server.ts";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const executablePath = places.find((place) => existsSync(place));

/** Why browser tests are skipped here, for their names; undefined if they are not. */
export const noBrowser =
  executablePath === undefined
    ? " (SKIPPED: there is no Chromium on this machine, apt-get install chromium brings it)"
    : undefined;

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with the demo's page open in it. */
export interface Visit {
  readonly demo: DemoPage;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser reported: errors of the page, and what its policy refused. */
  readonly complaints: readonly string[];
  /** Every address outside the demo that the page requested. */
  readonly elsewhere: readonly string[];
  /** Saves a screenshot in a folder that git ignores. */
  keep(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a browser, for one visit after the other. */
export async function launchBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error("there is no Chromium on this machine");
  return chromium.launch({ executablePath, headless: true, args: flags });
}

/** Starts the demo and opens its page as the operator of the first workspace. */
export async function visit(browser: Browser, options: PageOptions = {}): Promise<Visit> {
  const demo = await startPage({ vendorTimeoutMs: 1500, ...options });
  const context = await browser.newContext({
    viewport: { width: 1360, height: 850 },
    colorScheme: "light",
    locale: "en-GB",
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("409")) complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(demo.url)) elsewhere.push(request.url());
  });
  await page.goto(demo.url);
  await page.getByRole("article").first().waitFor();
  const folder = fileURLToPath(new URL("screenshots/", import.meta.url));
  return {
    demo,
    context,
    page,
    complaints,
    elsewhere,
    keep: async (name) => {
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
    close: async () => {
      await context.close();
      await demo.close();
    },
  };
}
