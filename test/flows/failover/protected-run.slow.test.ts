import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { admin, assistance, guest, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { buttonsOf, leftOut } from "../../support/words.ts";
import {
  askedInChannel,
  becomes,
  fleetDesk,
  second,
  startProtected,
  type ProtectedHarness,
} from "./protected-harness.ts";
import { asks, begun, presses, requestId } from "./protected-request.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startProtected();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a failover with a protected number", () => {
  it("asks once for the approval of the whole, with counts, each protected number, plan and reason", async () => {
    const shown = await at.preview("failover silent for 1h because callers hear nothing");
    expect(shown).toContain("2 numbers, 1 connection");
    expect(shown).toContain("1 will be switched · 1 needs approval");
    expect(shown.indexOf("Switch the other 1 now")).toBeGreaterThan(-1);
    expect(shown.indexOf("Switch the other 1 now")).toBeLessThan(shown.indexOf("*Holding message*"));
    expect(at.omar.view()?.["submit"]).toMatchObject({ text: "Ask for approval" });
    await at.omar.submit();
    const message = await askedInChannel(at);
    const words = textOf(message);
    expect(words).toContain("<@U0OPER001> asks for approval of the failover *Agents are silent*");
    expect(words).toContain("(silent, revision 1)");
    expect(words).toContain("1 will be switched · 1 needs approval");
    expect(words).toContain("*Roadside assistance* → *Holding message*");
    expect(words).not.toContain("Fleet");
    expect(words).toContain("The numbers stay switched for 1 h");
    expect(words).toContain("No rule blocks it.");
    expect(words).toContain("Why: callers hear nothing");
    expect(leftOut(message)).toEqual([]);
    const { details, reason } = await onRecord(at.harness, { kind: "approval.requested" });
    expect(details).toMatchObject({ plan: "silent", revision: "1", changes: "2", protected: "1" });
    expect([details?.["preview"], reason]).toEqual([
      expect.stringMatching(/^[\da-f]{64}$/u),
      "callers hear nothing",
    ]);
    expect(await begun(at)).toEqual([0, 0]);
  });

  it("begins exactly as it was shown when another person approves, and its changes name that", async () => {
    const message = await asks(at);
    // What the plan says by then, and how old the preview is, do not matter.
    at.pass(15 * minute);
    await at.ada.click("approve", { in: message });
    const held = await becomes(at, "failover.held");
    expect(held.details).toMatchObject({ changed: "2", of: "2" });
    const by = { approval: await requestId(at), approvedBy: admin };
    expect(await at.changeOf(roadside)).toMatchObject({ actor: { userId: operator }, details: by });
    expect((await at.changeOf(fleetDesk))?.details).not.toHaveProperty("approval");
    expect(await onRecord(at.harness, { kind: "failover.begun", userId: operator })).toMatchObject({
      details: by,
    });
    const told = textOf(await toldInChannel(at.harness, voiceOps, "has begun"));
    expect(told).toContain("Approved by <@U0ADMIN01>.* The failover that <@U0OPER001> asked for has begun");
    await formSays(at.harness, at.omar, "has begun");
    const updated = await toldInChannel(at.harness, voiceOps, "The failover has begun.");
    expect([updated.ts, buttonsOf(updated)]).toEqual([message.ts, []]);
    expect(at.patches()).toBe(2);
    // The way back needs no further approval.
    await at.omar.close();
    await at.preview("failover silent back", "2 will be put back");
    await at.omar.submit();
    await becomes(at, "failover.returned");
    expect((await at.changeOf(roadside))?.details).toMatchObject(by);
    expect(at.agentOf(roadside)).toBe(assistance);
  });

  it("begins once when two people approve it at once, twice each", async () => {
    const message = await asks(at);
    const abe = person(at.harness, second);
    await Promise.all([at.ada, at.ada, abe, abe].map(async (who) => who.click("approve", { in: message })));
    await becomes(at, "failover.held");
    await at.harness.slack.eventually("three refusals", async () => {
      const refused = (await at.harness.audit()).filter(
        ({ problem }) => problem?.code === "already_requested",
      );
      return refused.length === 3;
    });
    expect([at.patches(), (await at.entries("failover.begun")).length]).toEqual([2, 1]);
    await presses(at, second);
    await toldDirectly(at.harness, second, "This request was approved before");
    expect(at.patches()).toBe(2);
  });

  it("is not begun when declined, and the requester reads the comment", async () => {
    const message = await asks(at);
    await at.ada.click("decline", { in: message });
    await formSays(at.harness, at.ada, "Comment");
    await at.ada.fill("comment", "Wait for the vendor");
    await at.ada.submit();
    const told = textOf(await toldInChannel(at.harness, voiceOps, "was *not* begun"));
    expect(told).toContain("Wait for the vendor");
    await presses(at, second);
    await toldDirectly(at.harness, second, "This request was declined before");
    expect(await begun(at)).toEqual([0, 0]);
  });

  it("is not begun when withdrawn, which is listed until then", async () => {
    await asks(at);
    await at.omar.command("status", { channelId: voiceOps });
    const status = textOf(await toldAlone(at.harness, operator, "Waiting for approval"));
    expect(status).toContain("The failover *Agents are silent* of 2 numbers, of which 1 needs approval");
    await at.omar.click("withdraw");
    await formSays(at.harness, at.omar, "You withdrew your request to begin the failover");
    await presses(at, admin);
    await toldDirectly(at.harness, admin, "This request was withdrawn before");
    expect(await begun(at)).toEqual([0, 0]);
  });

  it("is not begun when nobody decides in time, even if the app was stopped then", async () => {
    await asks(at);
    await at.harness.stopApp();
    at.pass(31 * minute);
    await at.harness.startApp();
    await onRecord(at.harness, { kind: "approval.expired" });
    await presses(at, admin);
    await toldDirectly(at.harness, admin, "This request has expired");
    expect(await begun(at)).toEqual([0, 0]);
  });

  it("needs the approval for a practice of a protected first tier", async () => {
    const words = textOf(await asks(at, "failover silent practice because we practise"));
    expect(words).toContain("asks for approval of a practice of the failover");
    await presses(at, admin);
    await becomes(at, "failover.held");
    at.pass(6 * minute);
    await becomes(at, "failover.practised");
    expect([at.agentOf(roadside), at.patches()]).toEqual([assistance, 2]);
  });

  it("lists fifteen protected numbers, and all of them for approvers behind a button", async () => {
    await at.harness.close();
    const lines = Array.from({ length: 17 }, (_, index) => `pn_line_${index + 1}`);
    at = await startProtected([lines], lines);
    await protectNumber(at.harness, undefined, { channelId: voiceOps });
    const message = await asks(at);
    const words = textOf(message);
    expect(words).toContain("17 need approval");
    expect([words.includes("*Line 15*"), words.includes("*Line 16*")]).toEqual([true, false]);
    expect(words).toContain("And 2 more protected numbers.");
    await at.ada.click("approval:numbers", { in: message });
    await formSays(at.harness, at.ada, "*Line 17*");
    const gus = person(at.harness, guest);
    await gus.click("approval:numbers", { in: message });
    expect(textOf(await formSays(at.harness, gus, "for approvers"))).not.toContain("Line");
    await onRecord(at.harness, { kind: "action.refused", userId: guest, code: "not_allowed" });
  });
});
