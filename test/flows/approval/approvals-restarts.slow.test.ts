import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import { startApprovals, type ApprovalHarness } from "./approval-harness.ts";
import { incidents, roadside } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { toldInChannel } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let at: ApprovalHarness;
let harness: Harness;
beforeEach(async () => {
  at = await startApprovals();
  ({ harness } = at);
});
afterEach(async () => {
  await harness.close();
});

describe("a process that dies", () => {
  it("leaves an approved change to the next process, which makes it once", async () => {
    await at.asks();
    const id = await at.requestId();
    await harness.stopApp();
    const { approvals } = harness.infra.store.workspace(demoWorkspace.teamId);
    const by = { kind: "user", userId: "U0ADMIN01", workspaceId: demoWorkspace.teamId } as const;
    const decision = { state: "approved", by, at: new Date().toISOString() } as const;
    await approvals.decide(id, decision, { kind: "approval.approved", actor: by, requestId: "req_killed" });
    await harness.startApp();
    // The bot is not in the channel. The `response_url` of the process that died is kept.
    await toldInChannel(harness, incidents, "Reassigned by");
    await harness.stopApp();
    await harness.startApp();
    expect([at.patches(), await at.kinds("change.requested")]).toEqual([1, 1]);
    expect((await approvals.find(id))?.state).toBe("over");
  });

  it("and stays down until the request has expired no longer makes the change", async () => {
    await at.asks();
    const id = await at.requestId();
    await harness.stopApp();
    const { approvals } = harness.infra.store.workspace(demoWorkspace.teamId);
    const by = { kind: "user", userId: "U0ADMIN01", workspaceId: demoWorkspace.teamId } as const;
    const decision = { state: "approved", by, at: new Date().toISOString() } as const;
    await approvals.decide(id, decision, { kind: "approval.approved", actor: by, requestId: "req_killed" });
    at.pass(5 * 60 * 60_000);
    await harness.startApp();
    await toldDirectly(harness, "U0OPER001", "Patchbay was stopped before it could make the change");
    expect([at.patches(), await at.kinds("change.requested")]).toEqual([0, 0]);
  });

  it("after a refusal never makes the change at its next start", async () => {
    await at.asks();
    const id = await at.requestId();
    harness.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mQ8sVn4" });
    harness.slack.fail("chat.update", { hang: true });
    await at.presses("U0ADMIN01", "approve");
    await onRecord(harness, { kind: "change.refused", code: "conflict" });
    const { approvals } = harness.infra.store.workspace(demoWorkspace.teamId);
    await harness.slack.eventually("its end", async () => (await approvals.find(id))?.state === "over");
    harness.slack.clearFailures();
    await toldInChannel(harness, incidents, "Someone changed the number");
    expect(at.patches()).toBe(0);
  });

  it("after the record leaves the report to the next process, and nothing is sent again", async () => {
    await at.asks();
    const id = await at.requestId();
    harness.slack.fail("chat.update", { hang: true });
    await at.presses("U0ADMIN01", "approve");
    await onRecord(harness, { kind: "change.outcome" });
    const { approvals } = harness.infra.store.workspace(demoWorkspace.teamId);
    expect((await approvals.find(id))?.state).toBe("approved");
    harness.slack.clearFailures();
    await toldInChannel(harness, incidents, "Reassigned by");
    await harness.stopApp();
    expect((await approvals.find(id))?.state).toBe("over");
    expect(at.patches()).toBe(1);
  });
});
