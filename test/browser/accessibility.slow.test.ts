import { env } from "node:process";
import { afterAll, describe, expect, it } from "vitest";
import { brokenRules } from "./axe.ts";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { weakContrasts } from "./contrast.ts";
import { become, form, formSays, inspect, say } from "./steps.ts";

const themes = ["light", "dark"] as const;
const wide = { width: 1280, height: 850 } as const;
const narrow = { width: 390, height: 844 } as const;
const sizes = [wide, narrow] as const;

// Each theme with one of the widths, and the rest on a phone; `npm run accessibility` tries every theme with every width.
const isWhole = env["ACCESSIBILITY"] === "whole";
const sizesOf = (theme: (typeof themes)[number]) => (isWhole ? sizes : theme === "light" ? [wide] : [narrow]);

// F8
describe.skipIf(noBrowser)(`the accessibility of the page${noBrowser ?? ""}`, () => {
  let at: Visit;
  withBrowser.beforeAll(async ({ browser }) => {
    at = await visit(browser);
  });
  afterAll(async () => {
    await at?.close();
  });

  describe.each(themes)("in the %s theme", (theme) => {
    it.each(sizesOf(theme))(
      "breaks no rule at $width px: alone, with a form, with each tab of the inspector",
      async (size) => {
        const { page } = at;
        await page.emulateMedia({ colorScheme: theme });
        await page.setViewportSize(size);
        expect(await brokenRules(page)).toEqual([]);

        await say(page, "/number detach +16175550104");
        await formSays(page, "After:");
        expect(await brokenRules(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await form(page).waitFor({ state: "detached" });

        for (const tab of ["Vendors", "Faults", "Audit log", "Requests"]) {
          const inspector = await inspect(page, tab);
          const summary = inspector.locator("summary").first();
          if (tab === "Audit log" || tab === "Requests") await summary.click();
          expect(await brokenRules(page)).toEqual([]);
        }
        await page.getByRole("button", { name: "Inspector", exact: true }).click();
      },
      60_000,
    );

    // F5
    it("keeps every control of the bar and the sidebar readable under the pointer, pressed or not", async () => {
      const { page } = at;
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize(wide);
      await inspect(page, "Requests");
      for (const control of await page
        .locator(".demo-bar button, .sidebar button, .inspector .chips button, [role=tab]")
        .all()) {
        if (!(await control.isVisible())) continue;
        await control.hover();
        expect(await weakContrasts(page)).toEqual([]);
      }
      await page.getByRole("button", { name: "Inspector", exact: true }).click();
    });
  });

  it.each(isWhole ? sizes : [narrow])(
    "breaks no rule at $width px in threads, menus, settings, the app's tabs, or as anybody else",
    async (size) => {
      const { page } = at;
      await page.setViewportSize(size);
      const go = async (place: string): Promise<void> => {
        const menu = page.getByRole("button", { name: "Conversations" });
        if (await menu.isVisible()) await menu.click();
        await page.locator(".sidebar").getByRole("button", { name: place }).click();
      };
      await page.getByRole("button", { name: /2 replies/u }).click();
      await page.locator(".thread").waitFor();
      expect(await brokenRules(page)).toEqual([]);
      await page.getByLabel("Close the thread").click();

      await page.locator(".main textarea").fill("/");
      await page.getByRole("option").first().waitFor();
      expect(await brokenRules(page)).toEqual([]);
      await page.locator(".main textarea").fill("");

      await go("Patchbay");
      await page.getByRole("heading", { name: "Connections" }).waitFor();
      for (const tab of ["Home", "Messages", "About"]) {
        await page.getByRole("tab", { name: tab }).click();
        expect(await brokenRules(page)).toEqual([]);
      }
      await go("incidents");
      for (const name of ["Ada Lindqvist", "Gus Moreau", "Eve Tanaka", "Lars Holm"]) {
        await become(page, name);
        expect(await brokenRules(page)).toEqual([]);
      }
      await become(page, "Ada Lindqvist");
      await say(page, "/number settings");
      await formSays(page, "Admins by name");
      expect(await brokenRules(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await form(page).waitFor({ state: "detached" });
      await become(page, "Omar Haddad");
      await page.locator(".who > .menu-button").click();
      expect(await brokenRules(page)).toEqual([]);
      await page.keyboard.press("Escape");
    },
    60_000,
  );
});
