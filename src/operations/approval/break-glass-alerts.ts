import type { Log } from "../../domain/ports/log.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import { assertHeld, type HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";

/** How many workspaces are told at once. */
const atOnce = 20;
/** How often Slack is asked who the admins are before only those are told who are known. */
const mostAttempts = 60;
const retryMs = 60_000;

/** What the alerts need. */
export interface BreakGlassAlertsOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  readonly notifier: Pick<Notifier, "brokeGlass">;
  contextFor(workspaceId: string): Context;
  /** Keeps the process alive during an alert. */
  track(work: Promise<unknown>): void;
}

/** Tells those who review it of a change by break-glass on the command line, as soon as Slack is reachable. */
export function breakGlassAlerts({ contextFor, notifier, ...options }: BreakGlassAlertsOptions): WorkRunner {
  const alert = async (held: HeldWork): Promise<Again> => {
    const { workspaceId, itemId: changeId, attempts } = held.claim;
    const ctx = contextFor(workspaceId);
    const record = await ctx.workspace.audit.change(changeId);
    if (!record.outcome) return { dueInMs: options.everyMs };
    assertHeld(held);
    const isDone = await notifier.brokeGlass(ctx, record, attempts >= mostAttempts);
    return isDone ? undefined : { dueInMs: retryMs, hasFailed: true };
  };
  return workRunner({
    ...options,
    kind: "break_glass",
    atOnce,
    perLane: 1,
    retryMs,
    failed: "break-glass change not announced",
    run: alert,
  });
}
