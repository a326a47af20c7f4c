import type { Approval } from "../../domain/changes/approval.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Notifier } from "../notifications/notifier.ts";
import { endFreezes } from "../restrictions/freeze.ts";
import type { Context } from "../shared/context.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";
import { intervalJob, type Job } from "../shared/interval-job.ts";
import { workspaceRounds } from "../shared/workspace-rounds.ts";
import { completeApproval } from "./complete-approval.ts";
import { expireApprovals } from "./decide-approval.ts";

/** What the job needs. */
export interface ApprovalsJobOptions {
  readonly store: Store;
  readonly log: Log;
  readonly notifier: Notifier;
  readonly everyMs: number;
  now(): Date;
  /** While the clock is wrong, nothing expires. */
  isClockSkewed(): boolean;
  contextFor(workspaceId: string): Context;
  /** The same, with the current permissions of people; undefined if the workspace has no installation. */
  installedContext(workspaceId: string): Promise<Context | undefined>;
  /** Keeps the process alive during the work. */
  track(work: Promise<unknown>): void;
}

/** The job, with rounds that tests can start. */
export interface ApprovalsJob extends Job {
  /** Expires what is due. Never throws. */
  round(): Promise<void>;
}

const failed = "approvals not processed";

/**
 * Expires approval requests and freezes. On start, it continues what an earlier process left: approved changes that
 * were not executed or reported, and requests that nobody was notified of.
 */
export function approvalsJob(options: ApprovalsJobOptions): ApprovalsJob {
  const { everyMs, track, log } = options;
  const rounds = workspaceRounds({ log, failed });
  const round = async (): Promise<void> => {
    if (options.isClockSkewed()) return;
    await rounds.round(await workspaceIdsOrNone(options), async (workspaceId) =>
      expireIn(options.contextFor(workspaceId), options.notifier),
    );
  };
  const timer = intervalJob(everyMs, () => track(round()));
  return {
    start: async () => {
      const unfinished = await findUnfinished(options);
      track(finishAll(options, unfinished));
      await timer.start();
    },
    stop: () => timer.stop(),
    round,
  };
}

async function expireIn(ctx: Context, notifier: Notifier): Promise<void> {
  await endFreezes(ctx);
  for (const approval of await expireApprovals(ctx)) await notifier.approvalClosed(ctx, approval);
}

interface Unfinished {
  readonly workspaceId: string;
  readonly approval: Approval;
}

/** Finds approved changes that were not completed, and open requests that nobody was notified of. */
async function findUnfinished({ store, log, now }: ApprovalsJobOptions): Promise<readonly Unfinished[]> {
  const unfinished: Unfinished[] = [];
  for (const workspaceId of await store.workspaceIds()) {
    await yieldToEventLoop();
    await orLog(log, workspaceId, async () => {
      const { approvals } = store.workspace(workspaceId);
      const open = await approvals.inState("open");
      const unasked = open.filter(
        ({ messages, expiresAt }) => messages.length === 0 && Date.parse(expiresAt) > now().getTime(),
      );
      for (const approval of [...(await approvals.inState("approved")), ...unasked])
        unfinished.push({ workspaceId, approval });
    });
  }
  return unfinished;
}

async function finishAll(options: ApprovalsJobOptions, unfinished: readonly Unfinished[]): Promise<void> {
  const { log, notifier, installedContext } = options;
  const keyOf = ({ workspaceId }: Unfinished): string => workspaceId;
  await forEachConcurrent(unfinished, { keyOf, atOnce: 1 }, async ({ workspaceId, approval }) =>
    orLog(log, workspaceId, async () => {
      const ctx = await installedContext(workspaceId);
      if (!ctx) return;
      if (approval.state === "approved") await completeApproval(ctx, approval, notifier);
      else await notifier.approvalRequested(ctx, approval);
    }),
  );
}

async function workspaceIdsOrNone({ store, log }: ApprovalsJobOptions): Promise<readonly string[]> {
  try {
    return await store.workspaceIds();
  } catch (error) {
    log.error({ err: error }, failed);
    return [];
  }
}

/** Keeps a failure in one workspace from affecting others. Failed work is found again at the next start. */
async function orLog(log: Log, workspace: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.error({ workspace, err: error }, failed);
  }
}
