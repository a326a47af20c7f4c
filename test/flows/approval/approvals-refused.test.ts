import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { second, startApprovals, type ApprovalHarness } from "./approval-harness.ts";
import { dispatch, incidents, reassignLine, roadside, voiceOps } from "../../support/fixtures.ts";
import { formState, press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

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

describe("a request for approval", () => {
  it("cannot be approved by the requester, even as an approver or with a forged click", async () => {
    const abe = person(harness, second.id);
    await abe.command(reassignLine, { channelId: incidents });
    await formSays(harness, abe, "After:");
    await abe.submit();
    await formSays(harness, abe, "Waiting for approval");
    await at.presses(second.id, "approve");
    await toldDirectly(harness, second.id, "You asked for this change, so someone else must decide");
    await at.presses(second.id, "decline");
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: second.id });
    expect([at.patches(), await at.kinds("approval.approved")]).toEqual([0, 0]);
  });

  it.each([
    ["an operator who is no approver", "U0MIA0001"],
    ["who asked, an operator", "U0OPER001"],
    ["a guest", "U0GUEST01"],
  ])("cannot be decided without permission: %s", async (_who, userId) => {
    const message = await at.asks();
    await at.presses(userId, "approve");
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId });
    await person(harness, userId).click("decline", { in: message });
    await sendInteraction(
      harness,
      submission(
        { userId, teamId: demoWorkspace.teamId },
        { callbackId: "decline", metadata: { approvalId: await at.requestId() }, values: {} },
      ),
    );
    await harness.slack.eventually("three refusals", async () => {
      const refusals = (await harness.audit()).filter(
        ({ kind, actor }) => kind === "action.refused" && actor.kind === "user" && actor.userId === userId,
      );
      return refusals.length === 3;
    });
    expect([at.patches(), await at.kinds("approval.approved"), await at.kinds("approval.declined")]).toEqual([
      0, 0, 0,
    ]);
  });

  it("cannot be decided by a person of another organization", async () => {
    await at.asks();
    await at.presses("U0ELSE001", "approve", "T0ELSE001");
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: "U0ELSE001" });
    expect([at.patches(), await at.kinds("approval.approved")]).toEqual([0, 0]);
  });

  it("is reported as not found if it does not exist", async () => {
    await sendInteraction(
      harness,
      press({ userId: "U0ADMIN01", teamId: demoWorkspace.teamId }, "approve", "apr_madeup"),
    );
    await toldDirectly(harness, "U0ADMIN01", "There is no such request for approval");
    expect(await onRecord(harness, { kind: "action.refused", code: "not_found" })).toBeDefined();
  });

  it("is not executed if the requester has lost permission", async () => {
    const message = await at.asks();
    await settle(harness, {
      roles: { operator: { slackAdmins: true, members: false, people: [], groups: [] } },
    });
    await ada.click("approve", { in: message });
    await toldInChannel(harness, voiceOps, "You may not change numbers here");
    expect(
      await onRecord(harness, { kind: "change.refused", code: "not_allowed", userId: "U0OPER001" }),
    ).toMatchObject({
      details: { approvedBy: "U0ADMIN01" },
    });
    expect(at.patches()).toBe(0);
  });

  it("is not executed if its connection was removed meanwhile", async () => {
    const message = await at.asks();
    await harness.infra.store
      .workspace(demoWorkspace.teamId)
      .connections.remove(harness.connections.cartesia?.id ?? "");
    await ada.click("approve", { in: message });
    await toldInChannel(harness, voiceOps, "There is no such connection. It was removed");
    expect(at.patches()).toBe(0);
  });

  it("can still be approved after approvals were switched off", async () => {
    const message = await at.asks();
    await settle(harness, { protection: undefined });
    await ada.click("approve", { in: message });
    await toldInChannel(harness, incidents, "Reassigned by");
    expect(at.patches()).toBe(1);
  });

  it("is created once if its form is submitted twice", async () => {
    await omar.command(reassignLine, { channelId: incidents });
    await formSays(harness, omar, "After:");
    await Promise.all([omar.submit(), omar.submit()]);
    await formSays(harness, omar, "Waiting for approval");
    await onRecord(harness, { kind: "change.refused", code: "already_requested" });
    expect(await at.kinds("approval.requested")).toBe(1);
  });

  it("is not needed for an unprotected number, or while approvals are switched off", async () => {
    await settle(harness, { protection: undefined });
    await omar.command(reassignLine, { channelId: incidents });
    await formSays(harness, omar, "After:");
    await omar.submit();
    await toldInChannel(harness, incidents, "Reassigned by");
    expect([at.patches(), await at.kinds("approval.requested")]).toEqual([1, 0]);
  });

  it("is created for a forged form too, and for all numbers of a protected connection", async () => {
    const connectionId = harness.connections.cartesia?.id ?? "";
    await protectNumber(harness, undefined, { channelId: voiceOps });
    await settle(harness, { protection: { on: true, minutes: 30, breakGlass: false } });
    const values = { number: `${connectionId}/${roadside}`, agent: dispatch };
    const metadata = formState("reassign", {
      connectionId,
      numberId: roadside,
      seen: { agent: "agent_5kR9wXd8" },
    });
    const from = { userId: "U0OPER001", teamId: demoWorkspace.teamId };
    await sendInteraction(harness, submission(from, { callbackId: "reassign", metadata, values }));
    await onRecord(harness, { kind: "approval.requested" });
    expect(at.patches()).toBe(0);
  });
});
