import { agesOf } from "../../domain/shared/age.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { isSettled } from "../../domain/changes/change-record.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import type { Job } from "../shared/work/interval-job.ts";
import { recordNamedNow } from "../shared/present-names.ts";
import { nameOf, type HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer } from "../shared/work/work-runner.ts";
import { reconcileOutcome } from "./reconcile-outcome.ts";

/** Follows changes without a known outcome until it is known. */
export interface OutcomeReconciler extends Job {
  /** Follows one change: reads at once, then at the times of `nextLook`. */
  watch(workspaceId: string, changeId: string): void;
}

/** What the reconciler needs. */
export interface OutcomeReconcilerOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  now(): Date;
  /** Whether the machine's clock is known to be wrong; never unless given. */
  readonly clock?: { isSkewed(): boolean };
  contextFor(workspaceId: string): Context;
  /** Called for each new outcome. */
  onChanged(ctx: Context, record: ChangeRecord): Promise<void>;
  /** Keeps the process alive during a read. */
  track(work: Promise<unknown>): void;
}

/** The delay before another attempt after a failure that is not the vendor's, such as a failed write to the log. */
const retryMs = 30_000;
/** The interval of looks for changes that other servers left, in milliseconds. */
const everyMs = 10_000;
/** When a change is looked at again that has been unknown for a day, in milliseconds. The next start does so too. */
const oldMs = 24 * 60 * 60_000;
/** How many changes are looked at concurrently, of all connections and of one. */
const atOnce = 200;
const perConnection = 20;

/** The reconciler of this process. */
export function outcomeReconciler(options: OutcomeReconcilerOptions): OutcomeReconciler {
  const { queue, log, timer, contextFor, onChanged, track } = options;
  const ages = agesOf({ ...options, monotonicMs: timer.monotonicMs });
  const ending = new AbortController();

  const look = async (held: HeldWork): Promise<Again> => {
    if (ending.signal.aborted) return { dueInMs: 0 };
    const { workspaceId, itemId: changeId } = held.claim;
    const key = nameOf(held.claim);
    const ctx = derivedContext(contextFor(workspaceId), { stopping: ending.signal });
    const begunMs = performance.now();
    const { record, changed, nextInMs } = await reconcileOutcome(ctx, changeId, ({ at }) => ({
      ageMs: ages.of(key, new Date(at)),
      watchedMs: ages.watchedMs(key),
    }));
    ctx.tracer.ended(ctx.requestId, {
      name: "settle",
      isRoot: true,
      ms: performance.now() - begunMs,
      facts: { workspace: workspaceId, changeId, outcome: record.outcome?.outcome },
      follows: { requestId: record.requested.requestId, changeId },
    });
    if (changed) {
      log.info({ workspace: workspaceId, changeId, outcome: record.outcome?.outcome }, "change settled");
      // Before the next read, so that older news does not overtake newer.
      await onChanged(ctx, await recordNamedNow(ctx, record, "nothing"));
    }
    if (nextInMs !== undefined) return { dueInMs: nextInMs };
    ages.forget(key);
    return isSettled(record) ? undefined : { dueInMs: oldMs };
  };
  const runner = workRunner({
    kind: "outcome",
    queue,
    log,
    timer,
    everyMs,
    atOnce,
    perLane: perConnection,
    retryMs,
    failed: "change without an outcome not checked",
    run: look,
    track,
  });
  const watch = async (workspaceId: string, changeId: string): Promise<void> => {
    try {
      // This process has sent it, or else it is due by now.
      if (!(await runner.own({ kind: "outcome", workspaceId, itemId: changeId }, look))) runner.check();
    } catch (err) {
      log.error({ workspace: workspaceId, changeId, err }, "change without an outcome not checked");
    }
  };
  return {
    start: async () => runner.start(),
    watch: (workspaceId, changeId) => track(watch(workspaceId, changeId)),
    stop: () => {
      runner.stop();
      ending.abort();
    },
  };
}
