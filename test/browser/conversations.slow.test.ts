import { afterAll, describe, expect, it } from "vitest";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { become, form, formSays, message, say } from "./steps.ts";

describe.skipIf(noBrowser)(`conversations in a browser${noBrowser ?? ""}`, () => {
  let at: Visit;
  withBrowser.beforeAll(async ({ browser }) => {
    at = await visit(browser);
  });
  afterAll(async () => {
    await at?.close();
  });

  // F1
  it("shows the report of an incident as a file with its text, in the thread where it was shared", async () => {
    const { page } = at;
    await say(page, '/number incident start INC-7 "Callers hear silence"');
    await message(page, "Callers hear silence").waitFor();
    await say(page, '/number reassign "After hours" to Appointments because of silence');
    await formSays(page, "After:");
    await form(page).getByRole("button", { name: "Reassign" }).click();
    await formSays(page, "Reassigned by");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    await say(page, "/number incident end");
    const replies = page
      .getByRole("article")
      .filter({ hasText: "INC-7" })
      .getByRole("button", { name: /1 reply/u });
    await replies.click();
    const file = page.locator(".thread").getByRole("figure").filter({ hasText: "INC-7.md" });
    await file.getByText("# INC-7: Callers hear silence").waitFor();
    await file.getByText("Emergency line").waitFor();
    await at.keep("incident-report");
    for (const row of await page.getByRole("article").all())
      expect((await row.locator(".words, .blocks, .file").allInnerTexts()).join("").trim()).not.toBe("");
    await page.getByLabel("Close the thread").click();
  });

  // F3
  it("adds the app to a channel with /invite, so that it can post there again", async () => {
    const { page } = at;
    await say(page, "/invite @Patchbay");
    await message(page, "Patchbay is already in this channel").waitFor();
    await say(page, "/remove @patchbay");
    await message(page, "was removed from #incidents").waitFor();
    await say(page, "/remove @Patchbay");
    await message(page, "Patchbay is not in this channel").waitFor();
    await page.locator(".main textarea").fill("/inv");
    await page.getByRole("option", { name: /^\/invite @Patchbay/u }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await message(page, "was added to #incidents").waitFor();
    const { slack } = at.demo.stage().harness;
    await say(page, '/number rename "Hotel front" to "Hotel desk" for 30m because of the sign');
    await formSays(page, "Revert automatically");
    await form(page).getByRole("button", { name: "Rename" }).click();
    await formSays(page, "Renamed by");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    await message(page, "Hotel desk").waitFor();
    expect(slack.calls.filter(({ error }) => error === "not_in_channel")).toEqual([]);
  });

  it.each([
    ["/invite ", "Say whom"],
    ["/invite @Nobody", "There is nobody called"],
    ["/invite @Gus Moreau", "Only Patchbay can be added or removed"],
    ["/kick @Patchbay", "is not a valid command"],
  ])("says what %s cannot do", async (line, words) => {
    await say(at.page, line);
    const answer = message(at.page, words);
    await answer.waitFor();
    expect(await answer.innerText()).toContain("Only visible to you");
  });

  it("does not let guests or people of other organizations add or remove the app", async () => {
    const { page } = at;
    for (const name of ["Gus Moreau", "Eve Tanaka"]) {
      await become(page, name);
      // Slackbot's messages to somebody else are private.
      expect(await page.getByText("Only visible to you").count()).toBe(0);
      await say(page, "/remove @Patchbay");
      await message(page, "You do not have permission").waitFor();
    }
    await become(page, "Omar Haddad");
    await page.locator(".sidebar").getByRole("button", { name: "Ada Lindqvist" }).click();
    await say(page, "/invite @Patchbay");
    await message(page, "cannot be added to direct messages").waitFor();
    await page.locator(".sidebar").getByRole("button", { name: "incidents" }).click();
  });

  // F6
  it("counts new messages on a phone, where the list of conversations is hidden", async () => {
    const { page } = at;
    const { slack } = at.demo.stage().harness;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Conversations", exact: true }).waitFor();
    const ada = slack.as("T0PATCH01", "U0ADMIN01");
    ada.say("Anybody awake?", { channelId: "C0VOICE01" });
    ada.say("Omar?", { channelId: "D0ADAOMAR" });
    const menu = page.getByRole("button", { name: "Conversations, 2 new" });
    await menu.waitFor();
    expect(await menu.innerText()).toBe("2");
    await at.keep("unread-on-a-phone");
    await menu.click();
    await page.locator(".sidebar").getByRole("button", { name: "voice-ops" }).click();
    await page.getByRole("button", { name: "Conversations, 1 new" }).waitFor();
  });

  it.each([1280, 390])("keeps every role and badge on one line at %i px", async (width) => {
    const { page } = at;
    await page.setViewportSize({ width, height: 844 });
    await become(page, "Eve Tanaka");
    await page.locator(".who > .menu-button").click();
    await page.getByRole("menuitemradio", { name: "Eve Tanaka" }).waitFor();
    const wrapped: unknown = await page.evaluate(`
      [...document.querySelectorAll(".badge, .menu-item small, .menu-item > span")]
        .filter((each) => each.checkVisibility() && new Set([...each.getClientRects()].map(({ top }) => top)).size > 1
          || each.getBoundingClientRect().height > 30)
        .map((each) => each.textContent)
    `);
    expect(wrapped).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await at.keep(`roles-${width}`);
    await page.keyboard.press("Escape");
  });

  it("caused no browser errors", () => {
    expect(at.complaints).toEqual([]);
    expect(at.elsewhere).toEqual([]);
  });
});
