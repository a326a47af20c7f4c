import { beforeEach, expect, it, vi } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import type { ChangeApproval, RequestedRun } from "../../../src/domain/changes/approval.ts";
import type { Outcome } from "../../../src/domain/audit/audit-log.ts";
import {
  completeApproval,
  type CompleteOptions,
} from "../../../src/operations/approval/complete-approval.ts";
import { noRuns, requestApproval } from "./approval-request.ts";
import { fakeNotifier } from "../notifications/notifier.ts";
import { failoverOf } from "../../support/failover/run-steps.ts";
import { startWorld, type World } from "../../support/world.ts";

const message = { channelId: "C1", ts: "1.2" };
let world: World;
let approval: ChangeApproval;
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

const options = (): CompleteOptions => ({
  notifier,
  approvedRuns: noRuns,
  timer: world.timer,
  everyMs: 1_000,
  stopping: new AbortController().signal,
  onFailed: () => void steps.push("not recorded"),
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
  await completeApproval(world.ctx, approval, options());
  expect(steps).toEqual(["reported recorded, 0 handed on"]);
  expect([await state(), await pending(), world.handedOn]).toEqual(["over", undefined, []]);
});

it("hands an unknown outcome to the reconciler after the report, with the message to update", async () => {
  await recorded("unknown");
  await completeApproval(world.ctx, approval, options());
  expect(steps).toEqual(["reported recorded, 0 handed on"]);
  expect([await state(), world.handedOn]).toEqual(["over", [approval.asked.changeId]]);
  expect(await pending()).toMatchObject({ userId: "U1", message });
});

it("does nothing for a request that is already completed", async () => {
  await recorded("applied");
  await completeApproval(world.ctx, approval, options());
  await completeApproval(world.ctx, approval, options());
  expect(steps).toHaveLength(1);
});

it("reports once what cannot be marked as reported, and marks it later", async () => {
  await recorded("applied");
  const { approvals } = world.ctx.workspace;
  let isFull = true;
  const end = async (id: string): Promise<void> => {
    if (isFull) throw new Problem("not_recorded", "The disk is full.");
    await approvals.end(id);
  };
  const ctx = { ...world.ctx, workspace: { ...world.ctx.workspace, approvals: { ...approvals, end } } };
  const completed = completeApproval(ctx, approval, options());
  await vi.waitFor(() => expect(steps).toHaveLength(2));
  await world.pass(1_000);
  expect([steps, await state()]).toEqual([
    ["reported recorded, 0 handed on", "not recorded", "not recorded"],
    "approved",
  ]);
  isFull = false;
  await world.pass(1_000);
  await completed;
  expect([steps.length, await state()]).toEqual([3, "over"]);
});

it("executes an approved run while Slack has not accepted the news of its beginning", async () => {
  const { runs } = world.ctx.workspace;
  await runs.show(failoverOf("run_1", []));
  const run = await runs.get("run_1");
  let carriedOut = (): void => undefined;
  const isCarriedOut = new Promise<void>((resolve) => {
    carriedOut = resolve;
  });
  const slow = fakeNotifier({
    approvalExecuted: async (...told) => {
      await isCarriedOut;
      return notifier.approvalExecuted(...told);
    },
  });
  const approvedRuns = {
    begin: async () => ({ kind: "begun", run }) as const,
    carryOut: async () => {
      steps.push("carried out");
      carriedOut();
    },
  };
  const asked: RequestedRun = {
    runId: "run_1",
    kind: "failover",
    preview: "",
    plan: { slug: "cartesia-down", revision: 3, title: "" },
    counts: {},
    changes: 1,
    protected: 1,
    numbers: [],
    overrode: [],
    userId: "U1",
    at: world.now().toISOString(),
  };
  await completeApproval(world.ctx, { ...approval, asked }, { ...options(), notifier: slow, approvedRuns });
  expect([steps, await state()]).toEqual([["carried out", "reported begun, 0 handed on"], "over"]);
});
