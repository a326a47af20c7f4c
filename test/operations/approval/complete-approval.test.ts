import { beforeEach, expect, it } from "vitest";
import type { Approval } from "../../../src/domain/changes/approval.ts";
import type { Outcome } from "../../../src/domain/audit/audit-log.ts";
import { completeApproval } from "../../../src/operations/approval/complete-approval.ts";
import { requestApproval } from "../../support/approval-request.ts";
import { fakeNotifier } from "../../support/notifier.ts";
import { startWorld, type World } from "../../support/world.ts";

const message = { channelId: "C1", ts: "1.2" };
let world: World;
let approval: Approval;
let steps: string[];
beforeEach(async () => {
  world = await startWorld();
  approval = await requestApproval(world, "apr_1", { isApproved: true });
  steps = [];
});

const notifier = fakeNotifier({
  approvalExecuted: async (_ctx, _approval, executed) => {
    steps.push(`reported ${executed.kind}, ${world.handedOn.length} handed on`);
    return { isDelivered: true, message };
  },
});

/** Records the change, as a process that stopped before its report. */
async function recorded(outcome: Outcome): Promise<void> {
  const { requested } = await world.record(approval.asked.changeId, "agent_a", "agent_b");
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome });
}

const pending = async () => world.ctx.workspace.notifications.find(approval.asked.changeId);
const state = async () => (await world.ctx.workspace.approvals.find("apr_1"))?.state;

it("reports a settled change, and nobody waits for more", async () => {
  await recorded("applied");
  await completeApproval(world.ctx, approval, notifier);
  expect(steps).toEqual(["reported recorded, 0 handed on"]);
  expect([await state(), await pending(), world.handedOn]).toEqual(["over", undefined, []]);
});

it("hands an unknown outcome to the reconciler after the report, with the message to update", async () => {
  await recorded("unknown");
  await completeApproval(world.ctx, approval, notifier);
  expect(steps).toEqual(["reported recorded, 0 handed on"]);
  expect([await state(), world.handedOn]).toEqual(["over", [approval.asked.changeId]]);
  expect(await pending()).toMatchObject({ userId: "U1", message });
});

it("does nothing for a request that is already completed", async () => {
  await recorded("applied");
  await completeApproval(world.ctx, approval, notifier);
  await completeApproval(world.ctx, approval, notifier);
  expect(steps).toHaveLength(1);
});
