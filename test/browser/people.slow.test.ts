import { afterAll, describe, expect, it } from "vitest";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { become, form, formSays, inspect, message, say } from "./steps.ts";

describe.skipIf(noBrowser)(`who may do what, in a browser${noBrowser ?? ""}`, () => {
  let at: Visit;
  withBrowser.beforeAll(async ({ browser }) => {
    at = await visit(browser);
  });
  afterAll(async () => {
    await at?.close();
  });

  const patches = (): number =>
    Object.values(at.demo.stage().harness.vendors)
      .flatMap(({ requests }) => requests)
      .filter(({ method }) => method === "PATCH").length;

  it("refuses a guest with a message and changes nothing", async () => {
    const { page } = at;
    const before = patches();
    await become(page, "Gus Moreau");
    await say(page, '/number reassign +14155550132 to "Front desk"');
    await formSays(page, /may not change numbers/u);
    await at.keep("guest-refused");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    expect(patches()).toBe(before);
  });

  it("refuses a click by a person of another organization", async () => {
    const { page } = at;
    await become(page, "Eve Tanaka");
    await say(page, "/number list");
    await message(page, "is not a valid command").waitFor();
    await message(page, "Reassigned by").getByRole("button", { name: "Show" }).click();
    await message(page, /Nothing was changed|not a member/u).waitFor();
    expect(await page.getByText("# voice-ops").count()).toBe(0);
    await at.keep("another-organization-refused");
  });

  it("lets an admin connect another account, and masks its key in the request log", async () => {
    const { page } = at;
    await become(page, "Ada Lindqvist");
    const inspector = await inspect(page, "Vendors");
    await inspector.getByLabel("Account").selectOption({ label: "Speechify · nobody yet (4)" });
    const key = await inspector.locator("code.key").innerText();
    await say(page, "/number connect");
    await form(page).getByRole("combobox", { name: "Vendor" }).click();
    await form(page).getByRole("option", { name: "Speechify" }).click();
    await form(page).getByLabel("Name").fill("Speechify spare");
    await form(page).getByLabel(/key/iu).fill(key);
    await form(page).getByLabel(/key/iu).press("Enter");
    await formSays(page, "is connected");
    await inspect(page, "Requests");
    await inspector.getByRole("button", { name: "Slack → app" }).click();
    await inspector.getByText("view_submission connect").first().click();
    await inspector.locator(".json").first().waitFor();
    expect(await inspector.innerText()).not.toContain(key);
    await at.keep("connected");
    await page.getByRole("button", { name: "Inspector", exact: true }).click();
    await form(page).getByRole("button", { name: "Close", exact: true }).click();
    await form(page).waitFor({ state: "detached" });
  });

  it("shows the second workspace nothing of the first", async () => {
    const { page } = at;
    await become(page, "Nora Vik");
    await page.getByRole("heading", { name: "Nordlicht Logistics" }).waitFor();
    await say(page, "/number list");
    await message(page, /16 numbers/u).waitFor();
    await say(page, "/number show +14155550132");
    await message(page, /No number is called|no number/iu).waitFor();
    await say(page, "/number history");
    await message(page, "History of all numbers").waitFor();
    const seen = await page.locator(".client").innerText();
    for (const theirs of ["Support main", "Night desk", "Omar", "Ada", "Harbour", "London office"])
      expect(seen).not.toContain(theirs);
    await at.keep("second-workspace");
  });

  it("caused no browser errors", () => {
    expect(at.complaints).toEqual([]);
    expect(at.elsewhere).toEqual([]);
  });
});
