import { expect, it } from "vitest";
import { approvalsJob } from "../../../src/operations/approval/approvals-job.ts";
import { recordPage } from "../../../src/operations/approval/recorded-pages.ts";
import { nobodyOnCall } from "../../support/on-call.ts";
import { startWorld } from "../../support/world.ts";
import { fakeNotifier } from "../notifications/notifier.ts";
import { noRuns, requestApproval } from "./approval-request.ts";

it("closes the page of a decided request once, although two servers look for work at the same time", async () => {
  const world = await startWorld();
  const ctx = { ...world.ctx, actor: { kind: "system", job: "approvals" } } as const;
  const by = {
    actor: { kind: "user", userId: "U1", workspaceId: "T1" },
    requestId: "req_1",
    outcome: "applied",
  } as const;
  const schedule = { id: "ocs_1", name: "Voice", tool: "pagerduty", schedule: "PI7DH85" } as const;
  const access = { key: "a-key-of-pagerduty", service: "PIJ90N7", from: "voice@example.com" };
  await world.ctx.workspace.onCallSchedules.add(schedule, access, by);
  await requestApproval(world, "apr_1");
  const approval = await world.ctx.workspace.approvals.find("apr_1");
  if (!approval) throw new Error("it was stored");
  const next = { userId: "U0ANA0001", schedule: "PagerDuty PI7DH85", scheduleId: "ocs_1" };
  for (const entry of [{ outcome: "unknown" }, { outcome: "applied", page: "Q1" }] as const)
    await recordPage(ctx, "approval.paged", approval, { step: 1, next, ...entry });
  const decision = { state: "declined", by: by.actor, at: world.now().toISOString() } as const;
  await world.ctx.workspace.approvals.decide("apr_1", decision, { ...by, kind: "approval.declined" });
  const closed: string[] = [];
  const server = () =>
    approvalsJob({
      queue: world.store.work,
      timer: world.timer,
      stopping: new AbortController().signal,
      log: world.ctx.log,
      notifier: fakeNotifier({ approvalClosed: async () => undefined }),
      approvedRuns: noRuns,
      ...nobodyOnCall,
      onCallTools: { ...nobodyOnCall.onCallTools, closePage: async (_at, id) => void closed.push(id) },
      everyMs: 10_000,
      isClockSkewed: () => false,
      contextFor: () => ctx,
      installedContext: async () => ctx,
      track: () => undefined,
    });
  await Promise.all([server().round(), server().round()]);
  expect(closed).toEqual(["Q1"]);
});
