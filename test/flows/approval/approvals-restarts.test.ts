import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demoWorkspace, type House } from "../../../src/demo/harness.ts";
import { incidents, roadside, startApprovals, type ApprovalHouse } from "../../support/approvals.ts";
import { onRecord } from "../../support/record.ts";
import { toldInChannel } from "../../support/screen.ts";

let at: ApprovalHouse;
let house: House;
beforeEach(async () => {
  at = await startApprovals();
  ({ house } = at);
});
afterEach(async () => {
  await house.close();
});

describe("a process that dies", () => {
  it("leaves an approved change to the next one, which makes it once", async () => {
    await at.asks();
    const id = await at.requestId();
    await house.stopApp();
    const { approvals } = house.ground.store.workspace(demoWorkspace.teamId);
    const by = { kind: "user", userId: "U0ADMIN01", workspaceId: demoWorkspace.teamId } as const;
    const decision = { state: "approved", by, at: new Date().toISOString() } as const;
    await approvals.decide(id, decision, { kind: "approval.approved", actor: by, requestId: "req_killed" });
    await house.startApp();
    await toldInChannel(house, incidents, "was reassigned");
    await house.stopApp();
    await house.startApp();
    expect([at.patches(), await at.kinds("change.requested")]).toEqual([1, 1]);
    expect((await approvals.find(id))?.state).toBe("over");
  });

  it("for longer than the request stands makes the change no more", async () => {
    await at.asks();
    const id = await at.requestId();
    await house.stopApp();
    const { approvals } = house.ground.store.workspace(demoWorkspace.teamId);
    const by = { kind: "user", userId: "U0ADMIN01", workspaceId: demoWorkspace.teamId } as const;
    const decision = { state: "approved", by, at: new Date().toISOString() } as const;
    await approvals.decide(id, decision, { kind: "approval.approved", actor: by, requestId: "req_killed" });
    at.pass(5 * 60 * 60_000);
    await house.startApp();
    await toldInChannel(house, incidents, "Patchbay was stopped before it could make the change");
    expect([at.patches(), await at.kinds("change.requested")]).toEqual([0, 0]);
  });

  it("after a refusal never makes the change at its next start", async () => {
    await at.asks();
    const id = await at.requestId();
    house.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mQ8sVn4" });
    house.slack.fail("chat.update", { hang: true });
    await at.presses("U0ADMIN01", "approve");
    await onRecord(house, { kind: "change.refused", code: "conflict" });
    const { approvals } = house.ground.store.workspace(demoWorkspace.teamId);
    await house.slack.eventually("its end", async () => (await approvals.find(id))?.state === "over");
    house.slack.clearFailures();
    await toldInChannel(house, incidents, "no longer as you saw it");
    expect(at.patches()).toBe(0);
  });

  it("after the record leaves telling to the next one, and nothing is sent again", async () => {
    await at.asks();
    const id = await at.requestId();
    house.slack.fail("chat.update", { hang: true });
    await at.presses("U0ADMIN01", "approve");
    await onRecord(house, { kind: "change.outcome" });
    const { approvals } = house.ground.store.workspace(demoWorkspace.teamId);
    expect((await approvals.find(id))?.state).toBe("approved");
    house.slack.clearFailures();
    await toldInChannel(house, incidents, "was reassigned");
    await house.stopApp();
    expect((await approvals.find(id))?.state).toBe("over");
    expect(at.patches()).toBe(1);
  });
});
