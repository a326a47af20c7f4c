import type { Approval } from "../../domain/changes/approval.ts";
import { pageOfItem, requestItem } from "../../domain/changes/approval-pages.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { WorkClaim, WorkItem, WorkQueue } from "../../domain/ports/work-queue.ts";
import type { ExecutedApproval, Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import type { Job } from "../shared/work/interval-job.ts";
import { assertHeld, type HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { closePage, type CloseOptions } from "./close-page.ts";
import { completeApproval, type ApprovedRuns } from "./complete-approval.ts";
import { pageApprover, type PageOptions } from "./page-approvers.ts";
import { expireApproval } from "./expire-approval.ts";

/** How many workspaces are worked for at once, one piece of work each. */
const atOnce = 50;

/** What the job needs. */
export interface ApprovalsJobOptions extends Omit<PageOptions, "onCallTools">, CloseOptions {
  readonly onCallTools: PageOptions["onCallTools"] & CloseOptions["onCallTools"];
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly notifier: Notifier;
  readonly approvedRuns: ApprovedRuns;
  readonly everyMs: number;
  /** Aborts when the process is about to end. */
  readonly stopping: AbortSignal;
  /** While the clock is wrong, nothing expires. */
  isClockSkewed(): boolean;
  contextFor(workspaceId: string): Context;
  /** The same, with the current permissions of people; undefined if the workspace has no installation. */
  installedContext(workspaceId: string): Promise<Context | undefined>;
  /** Keeps the process alive during the work. */
  track(work: Promise<unknown>): void;
}

/** Approval requests: what this process does at once, and what expires or was left. */
export interface ApprovalsJob extends Job {
  /** Asks the approvers, with `ask`, for a request that this process has just stored. */
  ask(ctx: Context, approval: Approval, ask: () => Promise<void>): Promise<void>;
  /**
   * Does what follows an approval that this process has just stored: makes the change, reports its result and returns it; or asks
   * the next approver.
   */
  afterApproval(ctx: Context, approval: Approval): Promise<ExecutedApproval | undefined>;
  /** Does what is due. Never throws. */
  round(): Promise<void>;
}

/**
 * Expires approval requests. It also does what an earlier process left: approved changes that were not executed or
 * reported, and requests that nobody was notified of.
 */
export function approvalsJob(options: ApprovalsJobOptions): ApprovalsJob {
  const { timer, everyMs, stopping, isClockSkewed, contextFor, installedContext, notifier, approvedRuns } =
    options;
  const later: Again = { dueInMs: everyMs };
  const runner = (
    kind: WorkClaim["kind"],
    run: (held: HeldWork) => Promise<Again>,
    isPaused?: () => boolean,
  ) => workRunner({ ...options, kind, run, isPaused, atOnce, perLane: 1, retryMs: everyMs, failed });
  const onFailed =
    ({ log, requestId }: Context) =>
    (err: unknown): void =>
      log.error({ requestId, err }, "approval not marked as reported");

  const makeChange = async (ctx: Context, approval: Approval): Promise<ExecutedApproval | undefined> => {
    const repeat = { timer, everyMs, stopping, onFailed: onFailed(ctx) };
    return completeApproval(ctx, approval, { notifier, approvedRuns, ...repeat });
  };
  const requests = runner("approval_request", async (held) => {
    const ctx = await installedContext(held.claim.workspaceId);
    if (!ctx) return later;
    const { approvalId, step: turn } = pageOfItem(held.claim.itemId);
    const approval = await ctx.workspace.approvals.find(approvalId);
    if (approval?.state !== "open" || (turn === 1 && approval.messages.length > 0)) return undefined;
    if (Date.parse(approval.expiresAt) > ctx.now().getTime())
      await notifier.approvalRequested(ctx, approval, turn === 1 ? "first" : "next");
    return undefined;
  });
  const pages = runner(
    "approval_page",
    async ({ claim }) => {
      const ctx = await installedContext(claim.workspaceId);
      return ctx ? pageApprover(ctx, claim, options) : later;
    },
    isClockSkewed,
  );
  const closings = runner("page_closing", async ({ claim }) => {
    const ctx = await installedContext(claim.workspaceId);
    // The schedules go with the installation.
    return ctx ? closePage(ctx, claim, options) : undefined;
  });
  const changes = runner("approved_change", async (held) => {
    const ctx = await installedContext(held.claim.workspaceId);
    if (!ctx) return later;
    const approval = await ctx.workspace.approvals.find(held.claim.itemId);
    if (approval?.state === "approved") await makeChange(ctx, approval);
    return undefined;
  });
  const expiries = runner(
    "approval_expiry",
    async (held) => {
      const ctx = contextFor(held.claim.workspaceId);
      const expired = await expireApproval(ctx, held.claim.itemId);
      if (expired === "open") return later;
      if (expired === "decided") return undefined;
      assertHeld(held);
      await notifier.approvalClosed(ctx, expired);
      return undefined;
    },
    isClockSkewed,
  );
  const all: readonly WorkRunner[] = [requests, pages, closings, changes, expiries];
  return {
    ask: async (ctx, approval, ask) => {
      await requests.own(itemOf("approval_request", ctx, approval), async () => {
        await ask();
        return undefined;
      });
    },
    afterApproval: async (ctx, approval) => {
      if (approval.state === "open") {
        const item = { ...itemOf("approval_request", ctx, approval), itemId: requestItem(approval.id, 2) };
        await requests.own(item, async () => {
          await notifier.approvalRequested(ctx, approval, "next");
          return undefined;
        });
        return undefined;
      }
      let executed: ExecutedApproval | undefined;
      await changes.own(itemOf("approved_change", ctx, approval), async () => {
        executed = await makeChange(ctx, approval);
        return undefined;
      });
      return executed;
    },
    start: async () => {
      for (const each of all) await each.start();
    },
    stop: () => {
      for (const each of all) each.stop();
    },
    round: async () => {
      await Promise.all(all.map(async (each) => each.round()));
    },
  };
}

const failed = "approvals not processed";

const itemOf = (kind: WorkItem["kind"], { workspace }: Context, { id }: Approval): WorkItem => ({
  kind,
  workspaceId: workspace.id,
  itemId: id,
});
