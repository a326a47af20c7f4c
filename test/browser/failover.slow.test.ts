import { afterAll, describe, expect, it, vi } from "vitest";
import { vendorIds } from "../../src/vendors/index.ts";
import { patient } from "../support/fixtures.ts";
import { noBrowser, visit, type Visit } from "./browser.ts";
import { withBrowser } from "./with-browser.ts";
import { form, formSays, inspect, message, say } from "./steps.ts";

const line = "/number failover holding-message because callers hear silence";

describe.skipIf(noBrowser)(`a failover in a browser${noBrowser ?? ""}`, () => {
  let at: Visit;
  withBrowser.beforeAll(async ({ browser }) => {
    at = await visit(browser);
  });
  afterAll(async () => {
    await at?.close();
  });

  /** The plan's numbers that the holding message answers now. */
  const switched = async (): Promise<number> => {
    const { infra, vendors } = at.demo.stage().harness;
    const { plans, connections } = infra.store.workspace("T0PATCH01");
    const vendorOf = new Map((await connections.list()).map(({ id, vendor }) => [id, vendor]));
    const { plan } = await plans.get("holding-message");
    return plan.tiers
      .flatMap(({ members }) => members)
      .filter(({ connectionId, numberId, change }) => {
        const vendor = vendorOf.get(connectionId);
        const agentId = vendor && vendors[vendor].effective(numberId).agentId;
        return change.kind === "reassign" && change.agentId === agentId;
      }).length;
  };

  it("lists the plan and previews it without changing anything", async () => {
    const { page } = at;
    await say(page, "/number failover");
    await message(page, "All lines to the holding message")
      .getByText("4 numbers first (canary), then it stops and asks you; then the other 36 (rest)")
      .waitFor();
    await at.keep("failover-plans");
    await say(page, line);
    await formSays(page, "40 will be switched");
    await at.keep("failover-preview");
    await page.setViewportSize({ width: 390, height: 780 });
    await at.keep("failover-preview-phone");
    await page.setViewportSize({ width: 1280, height: 850 });
    expect(await switched()).toBe(0);
  });

  it("asks after the first tier, goes on through a vendor that rate-limits it, and holds", async () => {
    const { page } = at;
    await form(page).getByRole("button", { name: "Switch 40" }).click();
    await formSays(page, "4 of 40 changed");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    const asking = message(page, "Tier canary is through");
    await asking.getByText("4 of 40 changed").waitFor();
    expect(await switched()).toBe(4);
    // The demo's limit alone is too high for a run on a slow machine.
    const isUpdate = ({ method }: { readonly method: string }): boolean => method === "PATCH";
    at.demo.stage().harness.vendors.oneinbox.fault({ kind: "rate-limit" }, { times: 1, on: isUpdate });
    await asking.getByRole("button", { name: "Continue", exact: true }).click();
    await message(page, /is running.*OneInbox prod\s*[2-9] of 10/su).waitFor();
    await at.keep("failover-running");
    await message(page, "They stay switched until").getByText("40 of 40 changed").waitFor();
    const older = page.getByRole("button", { name: /^(Pause|Stop|Continue)$/u });
    await vi.waitFor(async () => expect(await older.count()).toBe(0), patient);
    await at.keep("failover-held");
    await page.setViewportSize({ width: 390, height: 780 });
    await at.keep("failover-held-phone");
    await page.setViewportSize({ width: 1280, height: 850 });
    expect(await switched()).toBe(40);
    const inspector = await inspect(page, "Requests");
    await inspector.getByText("429").first().waitFor();
    await at.keep("failover-rate-limit");
    await page.getByRole("button", { name: "Inspector", exact: true }).click();
  });

  it("puts back what is still as the failover left it", async () => {
    const { page } = at;
    await message(page, "They stay switched until").getByRole("button", { name: "Fail back…" }).click();
    await formSays(page, "40 will be put back");
    await form(page).getByRole("button", { name: "Put back 40" }).click();
    await formSays(page, "4 of 40 changed");
    await page.keyboard.press("Escape");
    await form(page).waitFor({ state: "detached" });
    const asking = message(page, "Tier canary is through");
    await asking.getByText("The fail-back of holding-message").waitFor();
    await asking.getByRole("button", { name: "Continue", exact: true }).click();
    await message(page, "The fail-back of holding-message is over").getByText("40 of 40 changed").waitFor();
    await at.keep("failover-back");
    expect(await switched()).toBe(0);
  });

  it("has every update on record, with those that the vendor rate-limited", async () => {
    const { harness } = at.demo.stage();
    const audit = (await Promise.all(["T0PATCH01", "T0NORD001"].map(async (id) => harness.audit(id)))).flat();
    const requested = audit.filter(({ kind }) => kind === "change.requested");
    const sent = vendorIds.flatMap((vendor) =>
      harness.vendors[vendor].requests.filter(({ method }) => method === "PATCH"),
    );
    expect(sent).toHaveLength(requested.length);
    const ofRuns = requested.filter(({ details }) => details?.["plan"] === "holding-message");
    const limited = sent.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(ofRuns).toHaveLength(80 + limited.length);
    expect(new Set(ofRuns.map(({ changeId }) => changeId)).size).toBe(ofRuns.length);
    expect(audit.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["failover.begun", "failover.held", "failover.returned"]),
    );
    expect([at.complaints, at.elsewhere]).toEqual([[], []]);
  });
});
