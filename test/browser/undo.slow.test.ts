import { afterAll, describe, expect, it } from "vitest";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { form, formSays, message, say } from "./steps.ts";

describe.skipIf(noBrowser !== undefined)(`an undo in the page${noBrowser ?? ""}`, () => {
  let at: Visit;
  withBrowser.beforeAll(async ({ browser }) => {
    at = await visit(browser);
  });
  afterAll(async () => {
    await at.close();
  });

  it("starts from a button, shows three columns if the number was changed since, and restores anyway", async () => {
    const { page } = at;
    const { oneinbox } = at.demo.stage().harness.vendors;
    await say(page, '/number reassign "After hours" to Appointments because the emergency agent is down');
    await formSays(page, "After:");
    await form(page).getByRole("button", { name: "Reassign" }).click();
    await formSays(page, "Reassigned by");
    await form(page).getByRole("button", { name: "Undo" }).waitFor();
    await at.keep("undo-result");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    const told = message(page, "the emergency agent is down");
    await told.getByRole("button", { name: "Undo" }).click();
    await formSays(page, "After:");
    await at.keep("undo-form");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });

    const id = "5f0c6b1e-3a52-4d7e-9c41-000000000103";
    oneinbox.changeNumber(id, { inbound_routing: { agent_id: "5f0c6b1e-3a52-4d7e-9c41-000000000003" } });
    await told.getByRole("button", { name: "Undo" }).click();
    await formSays(page, "has changed since");
    await formSays(page, "That change made:");
    await at.keep("undo-moved");
    await form(page).getByRole("button", { name: "Restore anyway" }).click();
    await formSays(page, "This overwrites a newer change");
    await at.keep("undo-anyway");
    await form(page).getByRole("button", { name: "Undo", exact: true }).click();
    await formSays(page, "Undoes change");
    expect(oneinbox.effective(id).agentId).toBe("5f0c6b1e-3a52-4d7e-9c41-000000000004");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });

    await say(page, '/number history "After hours"');
    await message(page, "History of")
      .getByRole("button", { name: "Go back to this state" })
      .first()
      .waitFor();
    await at.keep("undo-history");
    await page.setViewportSize({ width: 390, height: 780 });
    await at.keep("undo-history-phone");
    expect(at.complaints).toEqual([]);
  });
});
