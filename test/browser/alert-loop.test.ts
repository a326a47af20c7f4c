import { afterAll, describe, expect, it } from "vitest";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { form, formSays, inspect, message } from "./steps.ts";

const teamId = "T0PATCH01";

describe.skipIf(noBrowser)(
  `an alert in a browser, from its proposal to the way back${noBrowser ?? ""}`,
  () => {
    let at: Visit;
    withBrowser.beforeAll(async ({ browser }) => {
      at = await visit(browser);
    });
    afterAll(async () => {
      await at?.close();
    });

    const recorded = async (kind: string) =>
      (await at.demo.stage().harness.audit(teamId)).filter((entry) => entry.kind === kind);
    /** The changes of the failover and its way back. */
    const changes = async () =>
      (await recorded("change.requested")).filter(({ details }) => details?.["plan"] === "holding-message");
    const send = async (label: string): Promise<void> => {
      const inspector = await inspect(at.page, "Alerts");
      await inspector.getByRole("button", { name: `${label}: PagerDuty` }).click();
      await inspector.getByText("was answered 202").first().waitFor();
      await inspector.getByRole("button", { name: "Go to #voice-ops" }).click();
      await at.page.getByRole("button", { name: "Inspector", exact: true }).click();
    };

    it("proposes a failover, which takes two presses", async () => {
      const { page } = at;
      await send("Alert");
      const proposal = message(page, "Callers hear silence at Cartesia");
      await proposal.getByText("40 will be switched").waitFor();
      await at.keep("alert-proposal");
      await page.setViewportSize({ width: 390, height: 780 });
      await at.keep("alert-proposal-phone");
      // There the inspector covers the conversation.
      const inspector = await inspect(page, "Alerts");
      await inspector.getByRole("button", { name: "Go to #voice-ops" }).click();
      await inspector.waitFor({ state: "detached" });
      await page.setViewportSize({ width: 1280, height: 850 });
      expect(await changes()).toEqual([]);
      await proposal.getByRole("button", { name: "Look…" }).click();
      await formSays(page, "40 will be switched");
      await form(page).getByRole("button", { name: "Switch 40" }).click();
      await formSays(page, "The failover has begun");
      await page.keyboard.press("Escape");
      await form(page).waitFor({ state: "detached" });
    });

    it("switches the numbers once a person has looked at the first ones", async () => {
      const { page } = at;
      const asking = message(page, "Tier canary is through");
      await asking.getByRole("button", { name: "Continue", exact: true }).click();
      await message(page, "They stay switched until").getByText("40 of 40 changed").waitFor();
      expect((await changes()).length).toBeGreaterThanOrEqual(40);
    });

    it("offers the way back once the alert is over", async () => {
      const { page } = at;
      await send("Resolve");
      await message(page, "The source says that it is over.").waitFor();
      const over = message(page, "40 numbers are still on their fallback");
      await over.waitFor();
      await at.keep("alert-resolved");
      await over.getByRole("button", { name: "Fail back…" }).click();
      await formSays(page, "40 will be put back");
      await form(page).getByRole("button", { name: "Put back 40" }).click();
      await formSays(page, "has begun");
      await page.keyboard.press("Escape");
      await form(page).waitFor({ state: "detached" });
      const asking = message(page, "Tier canary is through");
      await asking.getByText("The fail-back of holding-message").waitFor();
      await asking.getByRole("button", { name: "Continue", exact: true }).click();
      await message(page, "The fail-back of holding-message is over").getByText("40 of 40 changed").waitFor();
      const [started] = await recorded("incident.started");
      const keys = new Set((await changes()).map(({ details }) => details?.incident));
      expect([...keys]).toEqual([started?.details?.incident]);
      expect([at.complaints, at.elsewhere]).toEqual([[], []]);
    });
  },
);
