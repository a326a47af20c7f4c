import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { Log } from "../../domain/ports/log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Context } from "../shared/context.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";
import type { Notifier } from "./notifier.ts";
import { reportOutcome } from "./report-outcome.ts";

/** A change whose outcome an earlier process did not report. */
export interface UnreportedChange {
  readonly workspaceId: string;
  readonly changeId: string;
}

/** What is needed to report what an earlier process did not. */
export interface ResumeOptions {
  readonly log: Log;
  readonly notifier: Notifier;
  contextFor(workspaceId: string): Context;
}

/** Finds the unreported changes. Call it before this process takes requests, which wait for a report of their own. */
export async function findUnreported(store: Store): Promise<readonly UnreportedChange[]> {
  const pending: UnreportedChange[] = [];
  for (const workspaceId of await store.workspaceIds()) {
    await yieldToEventLoop();
    for (const changeId of await store.workspace(workspaceId).notifications.pending())
      pending.push({ workspaceId, changeId });
  }
  return pending;
}

/**
 * Reports each of these changes: its outcome, or that nothing was sent. Changes without a known outcome are left to the
 * reconciler. Never throws.
 */
export async function resumeNotifications(
  { log, notifier, contextFor }: ResumeOptions,
  pending: readonly UnreportedChange[],
): Promise<void> {
  const keyOf = ({ workspaceId }: UnreportedChange): string => workspaceId;
  await forEachConcurrent(pending, { keyOf, atOnce: 1 }, async ({ workspaceId, changeId }) => {
    try {
      await resumeOne(contextFor(workspaceId), changeId, notifier);
    } catch (error) {
      log.error({ workspace: workspaceId, changeId, err: error }, "pending notification not delivered");
    }
  });
}

async function resumeOne(ctx: Context, changeId: string, notifier: Notifier): Promise<void> {
  try {
    const record = await ctx.workspace.audit.change(changeId);
    const outcome = record.outcome?.outcome;
    if (outcome === "applied" || outcome === "refused") await reportOutcome(ctx, record, notifier);
  } catch (error) {
    if (!isProblem(error, "not_found")) throw error;
    await reportNeverSent(ctx, changeId, notifier);
  }
}

async function reportNeverSent(ctx: Context, changeId: string, notifier: Notifier): Promise<void> {
  const { notifications } = ctx.workspace;
  const replyTo = await notifications.find(changeId);
  if (!replyTo) return;
  const { isDelivered } = await notifier.changeNeverSent(ctx, changeId, replyTo);
  if (isDelivered) await notifications.forget(changeId);
}
