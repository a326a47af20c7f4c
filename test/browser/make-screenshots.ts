import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { launchBrowser, noBrowser, visit, type Visit } from "./browser.ts";
import { screenshots, type Screenshot } from "./screenshots.ts";
import { form, formSays, inspect, message, say } from "./steps.ts";

const largestBytes = 200_000;

type Take = (name: Screenshot) => Promise<void>;

/** Takes the screenshots of the README and the docs again, from the current demo. */
async function makeScreenshots(): Promise<void> {
  const folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
  await mkdir(folder, { recursive: true });
  const browser = await launchBrowser();
  // Longer than the page takes to show how far a failover is, also on a busy machine.
  const at = await visit(browser, { vendorTimeoutMs: 60_000 });
  const { page } = at;
  const missing = new Set<Screenshot>(screenshots);
  const take: Take = async (name) => {
    const { length } = await page.screenshot({ path: `${folder}${name}.png` });
    if (length > largestBytes) throw new Error(`${name}.png has ${length} bytes`);
    missing.delete(name);
    process.stdout.write(`docs/screenshots/${name}.png\n`);
  };
  try {
    await page.setViewportSize({ width: 1120, height: 800 });
    await say(
      page,
      '/number reassign "After hours" to Appointments for 30m because the emergency agent is down',
    );
    await formSays(page, "After:");
    await form(page).getByRole("button", { name: "Reassign" }).focus();
    await take("reassign");

    await page.emulateMedia({ colorScheme: "dark" });
    await form(page).getByRole("button", { name: "Reassign" }).click();
    await formSays(page, "Reassigned by");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    await message(page, "the emergency agent is down").waitFor();
    await page.setViewportSize({ width: 1120, height: 690 });
    await inspect(page, "Requests");
    await take("inspector");

    await page.getByRole("button", { name: "Inspector", exact: true }).click();
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 390, height: 780 });
    await say(page, "/number show Hotel front");
    await message(page, /answers now/u).waitFor();
    await take("phone");

    await takeSeveralAgents(page, take);

    await page.setViewportSize({ width: 1120, height: 780 });
    await takeFailover(at, take);
    if (missing.size > 0) throw new Error(`not taken: ${[...missing].join(", ")}`);
  } finally {
    await at.close();
    await browser.close();
  }
}

/** A reassignment at Retell of a number that two agents share, on a phone and on a wide screen. */
async function takeSeveralAgents(page: Page, take: Take): Promise<void> {
  const sizes = [
    ["several-agents-phone", { width: 390, height: 844 }],
    ["several-agents", { width: 1280, height: 800 }],
  ] as const;
  for (const [name, size] of sizes) {
    await page.setViewportSize(size);
    await say(
      page,
      '/number reassign "Beach house" to Holding message because the Spanish concierge hangs up',
    );
    await formSays(page, "This replaces both agents");
    await formSays(page, "After:");
    await form(page).getByRole("button", { name: "Reassign" }).focus();
    await take(name);
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
  }
}

/** A failover in the middle: one vendor is slower, and answers no more until the picture is taken. */
async function takeFailover({ page, demo }: Visit, take: Take): Promise<void> {
  await say(page, "/number failover holding-message because callers hear silence");
  await formSays(page, "40 will be switched");
  await form(page).getByRole("button", { name: "Switch 40" }).click();
  await formSays(page, "4 of 40 changed");
  await page.keyboard.press("Escape");
  await form(page).waitFor({ state: "detached" });
  const asking = message(page, "Tier canary is through");
  let release: (answer?: unknown) => void = () => undefined;
  const until = new Promise((resolve) => (release = resolve));
  let updates = 0;
  const isLate = ({ method }: { readonly method: string }): boolean => method === "PATCH" && ++updates > 7;
  demo.stage().harness.vendors.oneinbox.fault({ kind: "hold", until }, { on: isLate });
  await asking.getByRole("button", { name: "Continue", exact: true }).click();
  const inspector = await inspect(page, "Requests");
  await inspector.getByRole("button", { name: "App → vendors" }).click();
  await message(
    page,
    /is running.*DialNexa prod\s*10.*OneInbox prod\s*[2-9] of.*Speechify prod\s*10.*Cartesia prod\s*10/su,
  ).waitFor();
  await take("failover");
  release();
}

if (noBrowser) {
  process.stderr.write(`No screenshots${noBrowser}\n`);
  process.exitCode = 1;
} else await makeScreenshots();
