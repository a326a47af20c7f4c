import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { second, startApprovals, type ApprovalHarness } from "./approval-harness.ts";
import { dispatch, incidents, reassignLine, roadside, voiceOps } from "../../support/fixtures.ts";
import { protectNumber, freezeAll, settle } from "../../support/restrictions.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";
import { leftOut } from "../../support/words.ts";

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

describe("a change of a protected number", () => {
  it("becomes a request that says what, now → after, why, who and until when", async () => {
    const message = await at.asks();
    const words = textOf(message);
    expect(words).toContain("<@U0OPER001> asks for approval to *reassign* *Roadside*");
    expect(words).toContain("*Roadside assistance* → *Dispatch*");
    expect(words).toContain("Why: it talks nonsense");
    expect(words).toMatch(/Approve by <!date\^/u);
    expect(leftOut(message)).toEqual([]);
    expect(at.patches()).toBe(0);
    const entry = await onRecord(harness, { kind: "approval.requested" });
    expect(entry).toMatchObject({
      change: "reassign",
      reason: "it talks nonsense",
      wanted: { agent: dispatch },
    });
    expect(await at.kinds("change.refused")).toBe(0);
  });

  it("is made once when another person approves it, and everyone sees who", async () => {
    const message = await at.asks();
    await ada.click("approve", { in: message });
    const told = await toldInChannel(harness, incidents, "Reassigned by");
    expect(textOf(told)).toContain("by <@U0OPER001>, approved by <@U0ADMIN01>");
    const updated = await toldInChannel(harness, voiceOps, "Approved by <@U0ADMIN01>");
    expect({ ts: updated.ts, buttons: JSON.stringify(updated.blocks).includes('"approve"') }).toEqual({
      ts: message.ts,
      buttons: false,
    });
    await formSays(harness, omar, "Reassigned by");
    expect({ patches: at.patches(), answering: at.answering() }).toEqual({ patches: 1, answering: dispatch });
    const { details, actor } = await onRecord(harness, { kind: "change.outcome" });
    expect(details).toMatchObject({ approvedBy: "U0ADMIN01", approval: expect.stringMatching(/^apr_/u) });
    expect(actor).toMatchObject({ userId: "U0OPER001" });
    expect(await onRecord(harness, { kind: "approval.approved", userId: "U0ADMIN01" })).toMatchObject({
      details: { for: "U0OPER001" },
    });
  });

  it("is made once when two people approve it at once, twice each", async () => {
    const message = await at.asks();
    const abe = person(harness, second.id);
    await Promise.all([ada, ada, abe, abe].map(async (who) => who.click("approve", { in: message })));
    await toldInChannel(harness, incidents, "Reassigned by");
    await harness.slack.eventually("three refusals", async () => {
      const entries = (await harness.audit()).filter(({ problem }) => problem?.code === "already_requested");
      return entries.length === 3;
    });
    expect([at.patches(), await at.kinds("change.requested"), await at.kinds("approval.approved")]).toEqual([
      1, 1, 1,
    ]);
    await harness.stopApp();
    expect(harness.slack.messages(incidents)).toHaveLength(1);
  });

  it("is not made when declined, and the requester sees the comment", async () => {
    const message = await at.asks();
    await ada.click("decline", { in: message });
    await formSays(harness, ada, "Comment");
    await ada.fill("comment", "Use *Night Bot* instead");
    await ada.submit();
    await formSays(harness, ada, "You declined it");
    const told = await toldInChannel(harness, incidents, "Declined by <@U0ADMIN01>");
    expect(textOf(told)).toContain("Night Bot");
    expect(textOf(told)).toContain("*not* made");
    await toldInChannel(harness, voiceOps, "Declined by <@U0ADMIN01>");
    expect(await onRecord(harness, { kind: "approval.declined" })).toMatchObject({
      details: { comment: "Use *Night Bot* instead" },
    });
    await at.presses("U0ADMIN01", "approve");
    await toldDirectly(harness, "U0ADMIN01", "This request was declined before");
    expect(at.patches()).toBe(0);
  });

  it("expires once, even if the app was stopped then", async () => {
    await at.asks();
    await harness.stopApp();
    at.pass(31 * 60_000);
    await harness.startApp();
    // The bot is not in the channel, and Slack accepts the `response_url` for half an hour.
    await toldDirectly(harness, "U0OPER001", "Nobody approved it in time");
    await toldInChannel(harness, voiceOps, "Nobody approved it in time");
    await at.presses("U0ADMIN01", "approve");
    await toldDirectly(harness, "U0ADMIN01", "This request has expired");
    await onRecord(harness, { kind: "action.refused", code: "approval_required" });
    expect([at.patches(), await at.kinds("approval.expired")]).toEqual([0, 1]);
  });

  it("is not made if the number was changed since, and both people are notified", async () => {
    const message = await at.asks();
    harness.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mQ8sVn4" });
    await ada.click("approve", { in: message });
    await toldInChannel(harness, voiceOps, "Someone changed the number");
    await toldInChannel(harness, incidents, "Someone changed the number");
    expect(await onRecord(harness, { kind: "change.refused", code: "conflict" })).toMatchObject({
      details: { approvedBy: "U0ADMIN01" },
    });
    await harness.stopApp();
    await harness.startApp();
    expect(at.patches()).toBe(0);
  });

  it("is not made if the number was changed and put back since, and both people are notified", async () => {
    const message = await at.asks();
    await settle(harness, { protection: { on: false, minutes: 30, breakGlass: false } });
    await change(harness, ada, "reassign Roadside to Dispatch because we try it", incidents);
    await change(harness, ada, 'reassign Roadside to "Roadside assistance" because it was better', incidents);
    await ada.click("approve", { in: message });
    for (const channel of [voiceOps, incidents])
      await toldInChannel(harness, channel, "The number was changed meanwhile");
    await onRecord(harness, { kind: "change.refused", code: "conflict", userId: "U0OPER001" });
    expect(at.patches()).toBe(2);
  });

  it("is sent to each approver without a channel", async () => {
    await protectNumber(harness, roadside);
    await omar.command(reassignLine, { channelId: incidents });
    await formSays(harness, omar, "After:");
    await omar.submit();
    const message = await toldDirectly(harness, "U0ADMIN01", "asks for approval");
    await toldDirectly(harness, second.id, "asks for approval");
    await ada.click("approve", { in: message });
    await toldInChannel(harness, incidents, "Reassigned by");
    await toldDirectly(harness, second.id, "Approved by <@U0ADMIN01>");
    expect(at.patches()).toBe(1);
  });

  it("stays open during a freeze, and can be approved after it", async () => {
    const message = await at.asks();
    await freezeAll(harness, "U0ADMIN01", "freeze all because we migrate", { channelId: incidents });
    await onRecord(harness, { kind: "freeze.set" });
    await ada.click("approve", { in: message });
    await toldAlone(harness, "U0ADMIN01", "This number is frozen");
    await ada.command("unfreeze all", { channelId: incidents });
    await onRecord(harness, { kind: "freeze.lifted" });
    await ada.click("approve", { in: message });
    await toldInChannel(harness, incidents, "Reassigned by");
    expect(at.patches()).toBe(1);
  });

  it("is reconciled if its outcome is unknown", async () => {
    const message = await at.asks();
    harness.vendors.cartesia.fault({ kind: "drop-before" }, { on: "write" });
    await ada.click("approve", { in: message });
    await toldInChannel(harness, voiceOps, "checking whether it took effect");
    harness.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
    harness.vendors.cartesia.clearFaults();
    await toldDirectly(harness, "U0OPER001", "It took effect");
    expect(at.patches()).toBe(1);
  });
});
