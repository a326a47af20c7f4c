import { afterEach, beforeEach, expect, it } from "vitest";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { second, startApprovals, type ApprovalHarness } from "./approval-harness.ts";
import { admin, dispatch, incidents, reassignLine, roadside, voiceOps } from "../../support/fixtures.ts";
import { becomes } from "../../support/present-message.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, textOf, toldInChannel } from "../../support/screen.ts";
import { buttonsOf } from "../../support/words.ts";

let at: ApprovalHarness;
beforeEach(async () => {
  at = await startApprovals();
});
afterEach(async () => at.harness.close());

/** Asks where no channel is set for it: each approver gets a direct message. */
async function asksEach(): Promise<readonly [SandboxMessage, SandboxMessage]> {
  await protectNumber(at.harness, roadside);
  await at.omar.command(reassignLine, { channelId: incidents });
  await formSays(at.harness, at.omar, "After:");
  await at.omar.submit();
  const asked = [
    await toldDirectly(at.harness, admin, "asks for approval"),
    await toldDirectly(at.harness, second.id, "asks for approval"),
  ] as const;
  for (const message of asked) expect(buttonsOf(message)).toEqual(["Approve", "Decline"]);
  return asked;
}

// E13
it("removes Approve and Decline from every approver's message after an approval, and tells a late click who approved", async () => {
  const asked = await asksEach();
  await at.ada.click("approve", { in: asked[0] });
  for (const message of asked) {
    const now = await becomes(at.harness, message, /Approved by <@U0ADMIN01>/u);
    await becomes(at.harness, message, "The change took effect");
    expect(buttonsOf(now)).toEqual([]);
  }
  await at.presses(second.id, "approve");
  const told = await toldDirectly(at.harness, second.id, "This request was approved before.");
  expect(textOf(told)).toMatch(/Approved by <@U0ADMIN01>.*<!date\^/u);
});

// E13
it("tells the second of two simultaneous approvers who was first", async () => {
  await at.asks();
  await Promise.all([at.presses(admin, "approve"), at.presses(second.id, "approve")]);
  const { actor } = await onRecord(at.harness, { kind: "approval.approved" });
  const winner = actor.kind === "user" ? actor.userId : "";
  await toldDirectly(at.harness, winner === admin ? second.id : admin, `Approved by <@${winner}>`);
  expect(await at.kinds("approval.approved")).toBe(1);
});

// E13
it("says who declined a request and why", async () => {
  const asked = await at.asks();
  await at.ada.click("decline", { in: asked });
  await formSays(at.harness, at.ada, "Comment");
  await at.ada.fill("comment", "not tonight");
  await at.ada.submit();
  expect(buttonsOf(await becomes(at.harness, asked, "Declined by <@U0ADMIN01>"))).toEqual([]);
  await at.presses(second.id, "approve");
  const told = await toldDirectly(at.harness, second.id, "This request was declined before.");
  expect(textOf(told)).toMatch(/Declined by <@U0ADMIN01>.*not tonight/u);
});

// E13
it("removes the buttons of an expired request, even if the app was stopped then", async () => {
  const asked = await at.asks();
  await at.harness.stopApp();
  at.pass(31 * 60_000);
  await at.harness.startApp();
  expect(buttonsOf(await becomes(at.harness, asked, "Nobody approved it in time"))).toEqual([]);
  await at.presses(second.id, "approve");
  await toldDirectly(at.harness, second.id, "Expired");
});

// E13
it("tells approvers the outcome of a change once it is no longer unknown", async () => {
  const asked = await at.asks();
  at.harness.vendors.cartesia.fault({ kind: "drop-before" }, { on: "write" });
  await at.ada.click("approve", { in: asked });
  await becomes(at.harness, asked, "checking whether it took effect");
  at.harness.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
  at.harness.vendors.cartesia.clearFaults();
  expect(buttonsOf(await becomes(at.harness, asked, "The change took effect"))).toEqual([]);
});

// E13
it("removes the buttons of a request that Slack accepted only after the decision", async () => {
  at.harness.slack.fail("chat.postMessage", { error: "fatal_error" });
  await at.omar.command(reassignLine, { channelId: incidents });
  await formSays(at.harness, at.omar, "After:");
  await at.omar.submit();
  await onRecord(at.harness, { kind: "approval.requested" });
  await at.presses(second.id, "approve");
  await onRecord(at.harness, { kind: "approval.approved" });
  at.harness.slack.clearFailures();
  await at.harness.stopApp();
  await at.harness.startApp();
  const asked = await toldInChannel(at.harness, voiceOps, "Approved by <@U0ADMIN02>");
  expect(buttonsOf(asked)).toEqual([]);
});
