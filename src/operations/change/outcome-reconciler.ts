import { agesOf } from "../../domain/shared/age.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Store } from "../../domain/ports/store.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import type { Job } from "../shared/interval-job.ts";
import { recordNamedNow } from "../shared/present-names.ts";
import { reconcileOutcome } from "./reconcile-outcome.ts";

/** Follows changes without a known outcome until it is known. */
export interface OutcomeReconciler extends Job {
  /** Follows one change: reads at once, then at the times of `nextLook`. */
  watch(workspaceId: string, changeId: string): void;
}

/** What the reconciler needs. */
export interface OutcomeReconcilerOptions {
  readonly store: Store;
  readonly log: Log;
  now(): Date;
  /** See `Context.monotonicMs`. */
  monotonicMs(): number;
  /** Whether the machine's clock is known to be wrong; never unless given. */
  readonly clock?: { isSkewed(): boolean };
  contextFor(workspaceId: string): Context;
  /** Called for each new outcome. */
  onChanged(ctx: Context, record: ChangeRecord): Promise<void>;
  /** Keeps the process alive during a read. */
  track(work: Promise<unknown>): void;
  /** Schedules a function and returns one that cancels it. Tests pass their own clock. */
  after?(ms: number, run: () => void): () => void;
}

/** The delay before another attempt after a failure that is not the vendor's, such as a failed write to the log. */
const retryMs = 30_000;

/** The reconciler of all workspaces in this process. */
export function outcomeReconciler(options: OutcomeReconcilerOptions): OutcomeReconciler {
  const { store, log, contextFor, onChanged, track, after = afterTimeout } = options;
  const waiting = new Map<string, () => void>();
  const ages = agesOf(options);
  let stopped = false;
  const ending = new AbortController();

  const look = async (workspaceId: string, changeId: string): Promise<void> => {
    const key = `${workspaceId}/${changeId}`;
    try {
      const ctx = derivedContext(contextFor(workspaceId), { stopping: ending.signal });
      const { record, changed, nextInMs } = await reconcileOutcome(ctx, changeId, ({ at }) => ({
        ageMs: ages.of(key, new Date(at)),
        watchedMs: ages.watchedMs(key),
      }));
      if (changed) {
        log.info({ workspace: workspaceId, changeId, outcome: record.outcome?.outcome }, "change settled");
        // Before the next read, so that older news does not overtake newer.
        await onChanged(ctx, await recordNamedNow(ctx, record, "nothing"));
      }
      if (nextInMs === undefined) ages.forget(key);
      else later(workspaceId, changeId, nextInMs);
    } catch (error) {
      log.error({ workspace: workspaceId, changeId, err: error }, "change without an outcome not checked");
      later(workspaceId, changeId, retryMs);
    }
  };
  const later = (workspaceId: string, changeId: string, ms: number): void => {
    if (stopped) return;
    const key = `${workspaceId}/${changeId}`;
    waiting.get(key)?.();
    const run = (): void => {
      waiting.delete(key);
      // Many may be due at once, for example at the start: one in each turn of the event loop.
      if (!stopped)
        track(yieldToEventLoop().then(async () => (stopped ? undefined : look(workspaceId, changeId))));
    };
    waiting.set(key, after(Math.max(0, ms), run));
  };
  return {
    start: async () => {
      for (const workspaceId of await store.workspaceIds()) {
        await yieldToEventLoop();
        for (const { requested } of await store.workspace(workspaceId).audit.unsettled()) {
          if (requested.changeId) later(workspaceId, requested.changeId, 0);
        }
      }
    },
    watch: (workspaceId, changeId) => later(workspaceId, changeId, 0),
    stop: () => {
      stopped = true;
      ending.abort();
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
    },
  };
}

/** Node runs a longer timer at once. An early read is harmless: it schedules the next one. */
const longestTimerMs = 2 ** 31 - 1;

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, longestTimerMs));
  timer.unref();
  return () => clearTimeout(timer);
}
