import { afterAll, describe, expect, it } from "vitest";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { weakContrasts } from "./contrast.ts";
import { become, focused, form, formSays, inspect, message, say } from "./steps.ts";

describe.skipIf(noBrowser)(`the page as a chat client${noBrowser ?? ""}`, () => {
  let at: Visit;
  withBrowser.beforeAll(async ({ browser }) => {
    at = await visit(browser, { numbers: 200 });
  });
  afterAll(async () => {
    await at?.close();
  });

  it.each(["light", "dark"] as const)("is readable in the %s theme", async (theme) => {
    const { page } = at;
    await page.emulateMedia({ colorScheme: theme });
    expect(await page.evaluate("getComputedStyle(document.body).colorScheme")).toContain(theme);
    for (const tab of ["Vendors", "Faults", "Audit log", "Requests"]) {
      await inspect(page, tab);
      expect(await weakContrasts(page)).toEqual([]);
    }
    await say(page, "/number detach +16175550104");
    await formSays(page, "After:");
    await form(page).getByRole("button", { name: "Detach" }).focus();
    expect(await weakContrasts(page)).toEqual([]);
    await at.keep(`theme-${theme}`);
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Inspector", exact: true }).click();
  });

  it("lets the visitor choose a theme against the system's", async () => {
    const { page } = at;
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByRole("button", { name: "Theme: system" }).click();
    expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe("light");
    await page.getByRole("button", { name: "Theme: light" }).click();
    await page.getByRole("button", { name: "Theme: dark" }).click();
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("marks ephemeral messages and drops them after a reload", async () => {
    const { page } = at;
    await say(page, "/number list");
    const list = message(page, /1–20 of 200 numbers/u);
    await list.getByText("Only visible to you").waitFor();
    await list.getByRole("button", { name: "Next" }).click();
    await message(page, /21–40 of 200 numbers/u).waitFor();
    expect(await page.getByText("1–20 of 200 numbers").count()).toBe(0);
    await at.keep("two-hundred-numbers");
    await page.reload();
    await message(page, "Reassigned by").waitFor();
    expect(await page.getByText("200 numbers").count()).toBe(0);
  });

  it("works on a message with the message shortcut", async () => {
    const { page } = at;
    const said = message(page, "From the carrier's side");
    await said.hover();
    await said.getByRole("button", { name: "More actions" }).click();
    await page.keyboard.press("Enter");
    await formSays(page, "Clinic main");
    await formSays(page, "Support overflow");
    await at.keep("message-shortcut");
    expect(await form(page).getByRole("button", { name: "Reassign" }).count()).toBe(2);
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
  });

  it("starts the global shortcut from the menu beside the composer", async () => {
    const { page } = at;
    await page.getByRole("button", { name: "Shortcuts" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await form(page).getByRole("combobox", { name: "Number" }).waitFor();
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    await expect.poll(async () => focused(page)).toBe("Shortcuts");
  });

  it("takes plain messages in threads and answers slash commands there as Slack does", async () => {
    const { page } = at;
    await page.getByRole("button", { name: /2 replies/u }).click();
    const thread = page.locator(".thread");
    await thread.getByRole("textbox").fill("Thanks <all> & *well done*");
    await thread.getByRole("textbox").press("Enter");
    await thread.getByText("Thanks <all> & well done").waitFor();
    await thread.getByRole("textbox").fill("/number list");
    await thread.getByRole("textbox").press("Enter");
    await thread.getByText("is not supported in threads").waitFor();
    await at.keep("thread");
    await thread.getByRole("textbox").press("Escape");
    await thread.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /3 replies/u }).waitFor();
    const said = at.demo.stage().harness.slack.messages("C0INCID01").at(-1);
    expect(said).toMatchObject({ user: "U0OPER001", text: "Thanks &lt;all&gt; &amp; *well done*" });
  });

  it("opens the menu of a message's other buttons and does what is chosen there", async () => {
    const { page } = at;
    await say(page, "/number show +16175550126");
    const card = message(page, /answers now/u).last();
    const dots = card.getByRole("button", { name: "More buttons" });
    await dots.click();
    await page.getByRole("menuitem", { name: "Rename" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menuitem", { name: "Rename" }).waitFor({ state: "detached" });
    await dots.press("Enter");
    await page.getByRole("menuitem", { name: "Rename" }).press("Enter");
    await formSays(page, "Now:");
    expect(await form(page).getByRole("button", { name: "Rename" }).count()).toBe(1);
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
  });

  it("shows Slack's error while the app is stopped, and the reason to developers", async () => {
    const { page } = at;
    await say(page, "/number rename +16175550126");
    await formSays(page, "Now:");
    const inspector = await inspect(page, "Faults");
    await inspector.getByRole("button", { name: "Stop the app" }).click();
    await inspector.getByRole("button", { name: "Start the app" }).waitFor();
    await form(page).getByLabel("Name").fill("Clinic bookings");
    await form(page).getByRole("button", { name: "Rename" }).click();
    await formSays(page, "We had some trouble connecting");
    await formSays(page, "dispatch_failed");
    await at.keep("app-stopped");
    await form(page).getByRole("combobox", { name: "Number" }).fill("clinic");
    await form(page)
      .getByText(/Nothing could be loaded/u)
      .waitFor();
    await form(page).getByRole("combobox", { name: "Number" }).press("Escape");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    await message(page, "Reassigned by").getByRole("button", { name: "Show" }).click();
    await page.getByText(/did not answer \(dispatch_failed\)/u).waitFor();
    await say(page, "/number list");
    await message(page, "failed with the error dispatch_failed").waitFor();
    const lost = at.demo
      .stage()
      .harness.slack.deliveries.filter(({ problem }) => problem === "dispatch_failed");
    expect(new Set(lost.map(({ kind }) => kind))).toEqual(new Set(["interaction", "options", "command"]));
    await inspector.getByRole("button", { name: "Start the app" }).click();
    await inspector.getByRole("button", { name: "Stop the app" }).waitFor();
    await say(page, "/number help");
    await message(page, "shows and changes who answers").waitFor();
    await page.getByRole("button", { name: "Inspector", exact: true }).click();
  });

  it("shows the app's home, but not to people of other organizations", async () => {
    const { page } = at;
    await page.locator(".sidebar").getByRole("button", { name: "Patchbay" }).click();
    await page.getByRole("heading", { name: "Connections" }).waitFor();
    await at.keep("home");
    await page.getByRole("tab", { name: "Messages" }).click();
    await page.getByText("Sending messages to this app has been turned off.").waitFor();
    await become(page, "Eve Tanaka");
    await page.getByText("Apps of this workspace are for its own people").waitFor();
    expect(await page.locator(".sidebar").getByRole("button", { name: "Patchbay" }).count()).toBe(0);
    await become(page, "Omar Haddad");
    await page.locator(".sidebar").getByRole("button", { name: "incidents" }).click();
  });

  it("can be read and used on a phone", async () => {
    const { page } = at;
    await page.setViewportSize({ width: 375, height: 740 });
    await page.getByRole("button", { name: "Conversations" }).click();
    await page.locator(".sidebar").getByRole("button", { name: "voice-ops" }).click();
    await message(page, "Spa and pool").waitFor();
    await at.keep("phone");
    await say(page, "/number reassign Spa and pool");
    await formSays(page, "Now:");
    await at.keep("phone-form");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await form(page).getByRole("button", { name: "Cancel" }).click();
    await form(page).waitFor({ state: "detached" });
    await page.setViewportSize({ width: 1360, height: 850 });
  });

  it("starts again from the initial state after a reset", async () => {
    const { page } = at;
    const before = at.demo.stage();
    await say(page, "something that will be forgotten");
    await message(page, "something that will be forgotten").waitFor();
    await page.getByRole("button", { name: "Reset" }).click();
    await expect.poll(() => at.demo.stage() !== before, { timeout: 8000 }).toBe(true);
    await message(page, "Reassigned by").waitFor();
    await expect.poll(async () => page.getByText("something that will be forgotten").count()).toBe(0);
  });

  it("caused no browser errors and no requests to other hosts", () => {
    expect(at.complaints).toEqual([]);
    expect(at.elsewhere).toEqual([]);
  });
});
