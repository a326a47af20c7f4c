import type { Log } from "../../domain/ports/log.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import { assertHeld, type HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import type { Notifier } from "./notifier.ts";
import { reportOutcome } from "./report-outcome.ts";

/** How many reports are made at once: one for each workspace. */
const atOnce = 20;
/** When to look again at a change without a known outcome, in milliseconds. Its reconciler usually reports it earlier. */
const unknownMs = 10 * 60_000;
const retryMs = 60_000;
/** The attempt of the server that served the request, and the first one of another server. */
const attemptsUntilLocksEnd = 2;

/** What is needed to report changes that the server which made them did not report. */
export interface PendingReportsOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  readonly notifier: Notifier;
  /**
   * How long a server that does not answer may hold a number's lock, in milliseconds: after that it records nothing any
   * more, so a change that is not on record was never sent.
   */
  readonly lockLeaseMs: number;
  contextFor(workspaceId: string): Context;
  /** Keeps the process alive during a report. */
  track(work: Promise<unknown>): void;
}

/**
 * Reports changes to the people who wait for them when the server that served the request has ended: their outcome, or
 * that nothing was sent. A living server reports its own before others may take them.
 */
export function pendingReports(options: PendingReportsOptions): WorkRunner {
  const { queue, log, timer, everyMs, lockLeaseMs, track } = options;
  return workRunner({
    kind: "notification",
    queue,
    log,
    timer,
    everyMs,
    atOnce,
    perLane: 1,
    retryMs: Math.max(retryMs, lockLeaseMs),
    failed: "pending notification not delivered",
    run: async (held) => report(options, held),
    track,
  });
}

async function report(
  { contextFor, notifier, lockLeaseMs }: PendingReportsOptions,
  held: HeldWork,
): Promise<Again> {
  const { workspaceId, itemId: changeId, attempts } = held.claim;
  const ctx = contextFor(workspaceId);
  const { audit, notifications } = ctx.workspace;
  const replyTo = await notifications.find(changeId);
  if (!replyTo) return undefined;
  try {
    const record = await audit.change(changeId);
    const outcome = record.outcome?.outcome;
    if (outcome !== "applied" && outcome !== "refused") return { dueInMs: unknownMs };
    assertHeld(held);
    await reportOutcome(ctx, record, notifier);
    return undefined;
  } catch (error) {
    if (!isProblem(error, "not_found")) throw error;
  }
  if (lockLeaseMs > 0 && attempts <= attemptsUntilLocksEnd) return { dueInMs: lockLeaseMs, hasFailed: true };
  assertHeld(held);
  const { isDelivered } = await notifier.changeNeverSent(ctx, changeId, replyTo);
  if (!isDelivered) return { dueInMs: retryMs, hasFailed: true };
  await notifications.forget(changeId);
  return undefined;
}
