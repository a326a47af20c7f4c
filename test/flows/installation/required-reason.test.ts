import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { incidents } from "../../support/fixtures.ts";
import { sendInteraction } from "../../support/forged-requests.ts";
import { formSays, textOf } from "../../support/screen.ts";
import { startSettingsHarness, type SettingsHarness } from "./settings-harness.ts";

let at: SettingsHarness;
beforeEach(async () => {
  at = await startSettingsHarness();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a workspace that requires a reason", () => {
  beforeEach(async () => at.settle({ reason: { required: true, pattern: "INC-#" } }));

  it("requires it in the form", async () => {
    await at.omar.command("reassign Roadside to Dispatch because it loops", { channelId: incidents });
    await formSays(at.harness, at.omar, "After:");
    expect(textOf(at.omar.view())).toContain("INC-123");
    expect((await at.omar.submit()).errors?.["reason"]).toContain("INC-123");
    await at.omar.fill("reason", "");
    expect((await at.omar.submit()).errors?.["reason"]).toBe("Please complete this required field.");
    await at.omar.fill("reason", "inc-42: it loops");
    await at.omar.submit();
    await formSays(at.harness, at.omar, "Reassigned by");
  });

  it("sends nothing for a forged form without one", async () => {
    const { body } = await sendInteraction(at.harness, at.reassignBy("U0OPER001"));
    expect(JSON.parse(body)).toMatchObject({
      errors: { reason: expect.stringContaining("requires a reason") },
    });
    expect(at.patches()).toBe(0);
  });
});
