import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { startApprovals, type ApprovalHarness } from "./approval-harness.ts";
import { incidents, voiceOps } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { buttonsOf } from "../../support/words.ts";

let at: ApprovalHarness;
let harness: Harness;
let omar: SlackPerson;
let ada: SlackPerson;
beforeEach(async () => {
  at = await startApprovals();
  ({ harness, omar, ada } = at);
});
afterEach(async () => {
  await harness.close();
});

describe("a pending request for approval", () => {
  it("can be withdrawn by its requester in the form, and then no longer be approved", async () => {
    const message = await at.asks();
    await omar.click("withdraw");
    await formSays(harness, omar, "You withdrew your request to reassign *Roadside*");
    expect(await onRecord(harness, { kind: "approval.withdrawn" })).toMatchObject({
      actor: { userId: "U0OPER001" },
      outcome: "applied",
    });
    const updated = await toldInChannel(harness, voiceOps, "Withdrawn by <@U0OPER001>");
    expect({ ts: updated.ts, buttons: buttonsOf(updated) }).toEqual({ ts: message.ts, buttons: [] });
    await at.presses("U0ADMIN01", "approve");
    await toldDirectly(harness, "U0ADMIN01", "This request was withdrawn before.");
    await at.presses("U0OPER001", "withdraw");
    await toldDirectly(harness, "U0OPER001", "This request was withdrawn before.");
    expect([at.patches(), await at.kinds("approval.withdrawn")]).toEqual([0, 1]);
  });

  it("cannot be withdrawn by anybody else, or after it was declined", async () => {
    await at.asks();
    await at.presses("U0ADMIN01", "withdraw");
    await toldDirectly(harness, "U0ADMIN01", "Only the person who asked can withdraw this request.");
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: "U0ADMIN01" });
    expect(await at.kinds("approval.withdrawn")).toBe(0);
  });

  it("is listed in show, status and the App Home, with a button for its requester only", async () => {
    await at.asks();
    const pending = "<@U0OPER001> asked for approval: it talks nonsense";
    for (const [who, userId, own] of [
      [omar, "U0OPER001", true],
      [ada, "U0ADMIN01", false],
    ] as const) {
      for (const line of ["show Roadside", "status"]) {
        await who.command(line, { channelId: incidents });
        const told = await toldAlone(harness, userId, pending);
        expect([line, buttonsOf(told).includes("Withdraw")]).toEqual([line, own]);
      }
      await who.openHome();
      const home = await harness.slack.eventually("the App Home", () => {
        const tab = harness.slack.home("T0PATCH01", userId);
        return tab && textOf(tab).includes(pending) ? tab : undefined;
      });
      expect(JSON.stringify(home).includes('"Withdraw"')).toBe(own);
    }
  });

  it("is shown to the next person who requests a change of the number", async () => {
    await at.asks();
    await ada.command("detach Roadside because it loops", { channelId: incidents });
    const form = await formSays(harness, ada, "*After:*");
    expect(textOf(form)).toContain("*Already pending:*");
    expect(textOf(form)).toContain("<@U0OPER001> asked for approval: it talks nonsense");
    await ada.submit();
    const waiting = textOf(await formSays(harness, ada, "Waiting for approval"));
    expect(waiting).toContain("*Another request for this number is pending.*");
    expect(waiting).toContain("<@U0OPER001> asked for approval");
    expect(waiting).not.toContain("<@U0ADMIN01> asked for approval");
  });
});
