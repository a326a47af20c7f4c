import { nobodyOnCall } from "../../support/on-call.ts";
import { beforeEach, expect, it } from "vitest";
import { approvalsJob } from "../../../src/operations/approval/approvals-job.ts";
import { noRuns, requestApproval } from "./approval-request.ts";
import { fakeNotifier } from "../notifications/notifier.ts";
import { startWorld, type World } from "../../support/world.ts";

const minute = 60_000;
const message = { channelId: "C1", ts: "1.2" };
let world: World;
let told: string[];
let isSkewed: boolean;
beforeEach(async () => {
  world = await startWorld();
  told = [];
  isSkewed = false;
});

const notifier = fakeNotifier({
  approvalClosed: async (_ctx, { id, state }) => void told.push(`${id} ${state}`),
  approvalExecuted: async (_ctx, { id }, executed) => {
    told.push(`${id} ${executed.kind}`);
    return { isDelivered: true, message };
  },
  approvalRequested: async (_ctx, { id }) => void told.push(`${id} requested`),
});

/** The job, in a workspace with an installation unless told otherwise. */
const job = (isInstalled = true) =>
  approvalsJob({
    queue: world.store.work,
    timer: world.timer,
    stopping: new AbortController().signal,
    log: world.ctx.log,
    notifier,
    approvedRuns: noRuns,
    ...nobodyOnCall,
    everyMs: 10_000,
    isClockSkewed: () => isSkewed,
    contextFor: () => world.ctx,
    installedContext: async () => (isInstalled ? world.ctx : undefined),
    track: () => undefined,
  });

/** Does what an earlier process left, as the next one does at its start. */
async function start(isInstalled?: boolean): Promise<void> {
  await world.store.work.takeOver([]);
  await job(isInstalled).round();
}

const state = async (id: string) => (await world.ctx.workspace.approvals.find(id))?.state;

it("asks the approvers, at the start, for a request that nobody was notified of", async () => {
  await requestApproval(world, "apr_1");
  await requestApproval(world, "apr_2");
  await world.ctx.workspace.approvals.addMessage("apr_2", message);
  await start();
  expect(told).toEqual(["apr_1 requested"]);
});

it("makes an approved change that an earlier process left, and reports it once", async () => {
  await requestApproval(world, "apr_1", { isApproved: true });
  await start();
  await start();
  expect(told).toEqual(["apr_1 changed"]);
  expect(await state("apr_1")).toBe("over");
});

it("leaves an approved change alone while the workspace has no installation", async () => {
  await requestApproval(world, "apr_1", { isApproved: true });
  await start(false);
  expect([told, await state("apr_1"), world.log]).toEqual([[], "approved", []]);
});

it("expires a request in time, reports it once, and expires nothing while the clock is wrong", async () => {
  await requestApproval(world, "apr_1", { expiresInMinutes: 5 });
  await world.ctx.workspace.approvals.addMessage("apr_1", message);
  await world.pass(6 * minute);
  const { round } = job();
  isSkewed = true;
  await round();
  expect([told, await state("apr_1")]).toEqual([[], "open"]);
  isSkewed = false;
  await round();
  await round();
  await world.pass(minute);
  expect([told, await state("apr_1")]).toEqual([["apr_1 expired"], "expired"]);
});

it("reports an expired request that a process which ended had not reported yet", async () => {
  const approval = await requestApproval(world, "apr_1", { expiresInMinutes: 5 });
  await world.pass(6 * minute);
  const closing = notifier.approvalClosed;
  Object.assign(notifier, {
    approvalClosed: async () => {
      throw new Error("the process ends");
    },
  });
  await job().round();
  expect(await state("apr_1")).toBe("expired");
  Object.assign(notifier, { approvalClosed: closing });
  await world.pass(minute);
  await job().round();
  expect(told).toEqual([`${approval.id} expired`]);
});

it("does itself what this process has just stored, and leaves nothing to others", async () => {
  const asked = await requestApproval(world, "apr_1");
  const approved = await requestApproval(world, "apr_2", { isApproved: true });
  const { ask, afterApproval, round } = job();
  await ask(world.ctx, asked, async () => {
    await round();
    told.push("asked");
  });
  await afterApproval(world.ctx, approved);
  await world.store.work.takeOver([]);
  await round();
  expect(told).toEqual(["asked", "apr_2 changed"]);
});
