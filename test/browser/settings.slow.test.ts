import { afterAll, describe, expect, it } from "vitest";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { become, form, formSays, message, say } from "./steps.ts";

describe.skipIf(noBrowser)(`settings in a browser${noBrowser ?? ""}`, () => {
  let at: Visit;
  withBrowser.beforeAll(async ({ browser }) => {
    at = await visit(browser);
  });
  afterAll(async () => {
    await at?.close();
  });

  it("are chosen in multi-selects, and removed again", async () => {
    const { page } = at;
    await become(page, "Ada Lindqvist");
    await say(page, "/number settings");
    await formSays(page, "Admins by name");
    const { height = 0 } = (await form(page).boundingBox()) ?? {};
    expect(height).toBeLessThanOrEqual(850);
    await choose("Operators by name", "Gus Moreau");
    await choose("Operators by name", "Omar Haddad");
    await form(page).getByRole("button", { name: "Take Gus Moreau away" }).click();
    await topic("Protection and approvals");
    await choose("Approvers by user group", "Duty managers");
    await topic("Channels");
    await choose("Announcements", "#voice-ops");
    await form(page).getByRole("combobox", { name: "Announcements" }).waitFor({ state: "detached" });
    await at.keep("settings");
    await form(page).getByRole("button", { name: "Save" }).click();
    await formSays(page, "The settings are saved");
    const kept = await at.demo.stage().harness.infra.store.workspace("T0PATCH01").settings.read();
    expect(kept).toMatchObject({
      roles: { operator: { people: ["U0OPER001"] }, approver: { groups: ["S0DUTY001"] } },
      announcementsChannelId: "C0VOICE01",
    });
    await page.keyboard.press("Escape");
    await page
      .getByRole("link", { name: /voice-ops/u })
      .or(page.getByRole("button", { name: /voice-ops/u }))
      .first()
      .click();
    await message(page, "Patchbay now posts changes, approvals and freezes here").waitFor();
  });

  async function topic(title: string): Promise<void> {
    const { page } = at;
    await form(page).getByRole("combobox", { name: "Topic" }).click();
    await form(page).getByRole("option", { name: title }).click();
  }

  async function choose(menu: string, option: string): Promise<void> {
    const { page } = at;
    await form(page).getByRole("combobox", { name: menu }).click();
    await form(page).getByRole("option", { name: option }).click();
    await form(page)
      .getByRole("button", { name: `Take ${option} away` })
      .waitFor();
  }
});
