import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchBrowser, noBrowser, visit } from "./browser.ts";
import { form, formSays, inspect, message, say } from "./steps.ts";

const largestBytes = 200_000;

/** Takes the screenshots of the README and the docs again, from the current demo. */
async function makeScreenshots(): Promise<void> {
  const folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
  await mkdir(folder, { recursive: true });
  const browser = await launchBrowser();
  const at = await visit(browser);
  const { page } = at;
  const take = async (name: string): Promise<void> => {
    const { length } = await page.screenshot({ path: `${folder}${name}.png` });
    if (length > largestBytes) throw new Error(`${name}.png has ${length} bytes`);
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
  } finally {
    await at.close();
    await browser.close();
  }
}

if (noBrowser) {
  process.stderr.write(`No screenshots${noBrowser}\n`);
  process.exitCode = 1;
} else await makeScreenshots();
