import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dispatch, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";
import { startPreviews, toHolding, type PreviewHarness } from "../../support/failover/preview-harness.ts";

let at: PreviewHarness;
beforeEach(async () => {
  at = await startPreviews();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a failover", () => {
  it("keeps its reason when it is looked at again", async () => {
    await at.savePlan([[roadside]]);
    await at.preview();
    at.pass(11 * 60_000);
    await at.omar.submit();
    await formSays(at.harness, at.omar, "more than 10 minutes old");
    await at.omar.click("failover:preview");
    await formSays(at.harness, at.omar, "1 will be switched");
    await at.omar.submit();
    const begun = await onRecord(at.harness, { kind: "failover.begun" });
    expect(begun.reason).toBe("callers hear nothing");
  });

  it("names what cannot be switched, and switches the rest", async () => {
    await at.savePlan([[roadside, "pn_gone", "pn_F9g2Js8L"]]);
    at.harness.vendors.cartesia.fault(
      { kind: "status", status: 503 },
      { on: ({ path }) => path.includes("pn_F9g2Js8L") },
    );
    const shown = await at.preview();
    expect(shown).toContain("1 will be switched · 1 cannot be switched · 1 could not be read");
    await at.omar.submit();
    await onRecord(at.harness, { kind: "failover.held" });
    expect(at.patches()).toBe(1);
  });

  it("cannot be begun when every number is there already", async () => {
    await at.savePlan([["pn_W5q1Cm6D"]]);
    expect(await at.preview()).toContain("Nothing can be switched now");
    expect(at.omar.view()?.["submit"]).toBeNull();
  });

  it("is not begun by a preview that is over 10 minutes old, or of an earlier revision", async () => {
    await at.savePlan([[roadside]]);
    await at.preview();
    at.pass(11 * 60_000);
    await at.omar.submit();
    await formSays(at.harness, at.omar, "more than 10 minutes old");
    await at.omar.click("failover:preview");
    await formSays(at.harness, at.omar, "1 will be switched");
    await at.savePlan([[roadside]], { title: "Agents are silent again" });
    await at.omar.submit();
    await formSays(at.harness, at.omar, "Someone changed the plan since");
    expect(at.patches()).toBe(0);
  });

  it("is begun once by two people, and the other reads who began it", async () => {
    await at.savePlan([[roadside]]);
    await at.preview();
    const oz = person(at.harness, "U0ADMIN01");
    await opens(
      at.harness,
      oz,
      async () => oz.command("failover silent", { channelId: voiceOps }),
      "1 will be switched",
    );
    await at.omar.submit();
    await onRecord(at.harness, { kind: "failover.held" });
    await oz.submit();
    expect(textOf(await formSays(at.harness, oz, "belongs to failover silent now"))).toContain(
      `<@${operator}>`,
    );
    await oz.close();
    const elsewhere = {
      ...toHolding(at, roadside),
      change: { kind: "reassign", agentId: dispatch },
    } as const;
    const tiers = [{ name: "all", askBeforeNext: false, members: [elsewhere] }];
    await at.savePlan([], { slug: "quiet", tiers });
    const open = async () => oz.command("failover quiet", { channelId: voiceOps });
    const shown = textOf(await opens(at.harness, oz, open, "1 held back"));
    expect(shown).toContain("It belongs to failover silent now: /number failover silent back takes it back.");
    expect(at.patches()).toBe(1);
  });

  it("asks for a required reason before it reads the numbers, and says where to add it", async () => {
    await at.savePlan([[roadside]]);
    await settle(at.harness, { reason: { required: true } });
    const words = "Add it to the command: /number failover silent because";
    expect(await at.preview("failover silent", words)).toContain("This workspace requires a reason.");
    await at.omar.close();
    await at.preview();
  });

  it("is refused for an unknown plan, an unknown incident and a duration that is too long", async () => {
    await at.savePlan([[roadside]]);
    await at.preview("failover loud", "There is no failover plan “loud”");
    await at.preview("failover silent incident INC-9", "There is no incident INC-9");
    await at.omar.command("failover silent for 100h", { channelId: voiceOps });
    await toldAlone(at.harness, operator, "between 15 minutes and 72 hours");
    expect(at.patches()).toBe(0);
  });
});
