import { afterAll, describe, expect, it } from "vitest";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { focused, form, formSays, inspect, message, say } from "./steps.ts";

describe.skipIf(noBrowser)(`changing numbers in a browser${noBrowser ?? ""}`, () => {
  let at: Visit;
  withBrowser.beforeAll(async ({ browser }) => {
    at = await visit(browser);
  });
  afterAll(async () => {
    await at?.close();
  });

  it("reassigns a number with nothing but the keyboard", async () => {
    const { page } = at;
    await page.locator(".main textarea").focus();
    await page.keyboard.type("/num");
    await page.getByRole("option", { name: /^\/number help \| list/u }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("reassign");
    await page.keyboard.press("Enter");
    await form(page).getByRole("combobox", { name: "Number" }).waitFor();
    await expect.poll(async () => focused(page)).toBe("Number");
    await page.keyboard.type("0147");
    await form(page)
      .getByRole("option", { name: /Support overflow/u })
      .waitFor();
    await page.keyboard.press("Enter");
    await formSays(page, "Now:");
    await page.keyboard.press("Tab");
    await expect.poll(async () => focused(page)).toBe("Agent");
    await page.keyboard.type("holding");
    await form(page).getByRole("option", { name: "Holding message" }).waitFor();
    await page.keyboard.press("Enter");
    await formSays(page, "After:");
    await page.keyboard.press("Tab");
    await page.keyboard.type("the front desk repeats itself");
    await page.keyboard.press("Enter");
    await formSays(page, "Reassigned by");
    await at.keep("reassigned-by-keyboard");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    await expect.poll(async () => focused(page)).toBe("Message #incidents");
    await message(page, "the front desk repeats itself").getByText("@Omar Haddad").waitFor();
    expect(at.demo.stage().harness.vendors.dialnexa.effective("phn_c4n8rt2vy6jd").agentId).toBe(
      "agt_w9x4jf7ls2gn",
    );
  });

  it("asks the app for options at every key and says when there are none", async () => {
    const { page } = at;
    await say(page, "/number reassign");
    const number = form(page).getByRole("combobox", { name: "Number" });
    await number.fill("spa");
    await form(page)
      .getByRole("option", { name: /Spa and pool/u })
      .waitFor();
    await at.keep("typeahead");
    await number.fill("no such number at all");
    await form(page).getByText("No results").waitFor();
    await page.keyboard.press("Escape");
    expect(await form(page).count()).toBe(1);
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    const asked = at.demo.stage().harness.slack.deliveries.filter(({ kind }) => kind === "options");
    expect(asked.map(({ payload }) => payload["value"])).toContain("spa");
  });

  it("refuses to overwrite what somebody changed in the vendor's dashboard meanwhile", async () => {
    const { page } = at;
    await say(page, '/number reassign +12125550163 to "Front desk" because sales complains');
    await formSays(page, "After:");
    const inspector = await inspect(page, "Vendors");
    await inspector.getByLabel("Agent of +12125550163").selectOption({ label: "Holding message" });
    await form(page).getByRole("button", { name: "Reassign" }).click();
    await formSays(page, "while this form was open");
    await at.keep("conflict");
    await form(page).getByRole("button", { name: "Look again" }).click();
    await formSays(page, /Now: *Holding message/u);
    await formSays(page, "After:");
    await form(page).getByRole("button", { name: "Reassign" }).click();
    await formSays(page, "Reassigned by");
    await form(page).getByRole("button", { name: "Close", exact: true }).click();
    await form(page).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Inspector", exact: true }).click();
    const audit = await at.demo.stage().harness.audit();
    expect(audit.filter(({ reason }) => reason === "sales complains").map(({ kind }) => kind)).toEqual([
      "change.refused",
      "change.requested",
      "change.outcome",
    ]);
  });

  it("shows an error at its input and removes it when it is fixed", async () => {
    const { page } = at;
    await say(page, "/number reassign +13125550178");
    await formSays(page, "Now:");
    await form(page).getByRole("button", { name: "Reassign" }).click();
    const wrong = form(page).locator(".block-input", { hasText: "Agent" });
    await wrong.getByRole("alert").waitFor();
    await expect.poll(async () => focused(page)).toBe("Agent");
    await at.keep("form-error");
    await page.keyboard.type("night");
    await form(page).getByRole("option", { name: "Night desk" }).click();
    await wrong.getByRole("alert").waitFor({ state: "detached" });
    await formSays(page, "After:");
    await form(page).getByRole("button", { name: "Reassign" }).click();
    await formSays(page, "Reassigned by");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    expect(at.demo.stage().harness.vendors.dialnexa.effective("phn_v2j9bn4re5yc").agentId).toBe(
      "agt_b3t6vz1rd8hc",
    );
  });

  // F4
  it("keeps the error about a past expiry when the form is submitted from that field", async () => {
    const { page } = at;
    await say(page, "/number rename +16175550104 to Clinic because of a sign");
    await formSays(page, "Now:");
    await form(page).getByRole("combobox", { name: "Revert automatically" }).click();
    await form(page).getByRole("option", { name: "At a time you choose" }).click();
    const moment = form(page).locator(".block-input", { has: page.getByLabel("Revert at") });
    await moment.locator("input").fill("2020-01-01T10:00");
    await form(page).getByRole("button", { name: "Rename" }).click();
    await moment.getByRole("alert").waitFor();
    // The app's reaction to leaving the field may arrive before or after the error.
    await formSays(page, "1 Jan 2020");
    expect(await moment.getByRole("alert").innerText()).toContain("has passed");
    await at.keep("end-in-the-past");
    await moment.locator("input").fill("2020-01-02T10:00");
    await moment.getByRole("alert").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
  });

  it("shows the app's own error where the app put it", async () => {
    const { page } = at;
    await say(page, "/number rename Hotel front");
    await formSays(page, "Now:");
    await form(page).getByRole("button", { name: "Rename" }).click();
    await form(page).locator(".block-input", { hasText: "Name" }).getByRole("alert").waitFor();
    await form(page).getByLabel("Name").fill("Hotel front desk");
    await form(page).getByLabel("Name").press("Enter");
    await formSays(page, "Renamed by");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    const [account] = at.demo.stage().harness.vendors.speechify.accounts();
    expect(account?.numbers.map(({ name }) => name)).toContain("Hotel front desk");
  });

  it("proves a change that the vendor applied without responding", async () => {
    const { page } = at;
    const inspector = await inspect(page, "Faults");
    await inspector.getByRole("group", { name: "Cartesia" }).getByLabel("Applies, then hangs").check();
    await say(page, '/number reassign Roadside to "Holding message" because of a fault');
    await formSays(page, "After:");
    await form(page).getByRole("button", { name: "Reassign" }).click();
    await formSays(page, "Reassigned by");
    await inspect(page, "Requests");
    await inspector.getByText("hanging").first().waitFor();
    await at.keep("applies-then-hangs");
    await inspect(page, "Audit log");
    await inspector
      .getByText(/change.outcome Roadside/u)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Inspector", exact: true }).click();
    await form(page).getByRole("button", { name: "Close", exact: true }).click();
    await form(page).waitFor({ state: "detached" });
    const { cartesia } = at.demo.stage().harness.vendors;
    const sent = cartesia.requests.filter(
      ({ method, path }) => method === "PATCH" && path.endsWith("/pn_B6d1Vz5H"),
    );
    expect(sent).toHaveLength(1);
    expect(cartesia.effective("pn_B6d1Vz5H").agentId).toBe("agent_2mB6tYf1");
  });

  it("caused no browser errors and no requests to other hosts", () => {
    expect(at.complaints).toEqual([]);
    expect(at.elsewhere).toEqual([]);
  });
});
