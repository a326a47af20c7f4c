import { agesOf } from "../../domain/age.ts";
import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { Log } from "../../domain/log.ts";
import type { Store } from "../../domain/store.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import type { Context } from "../shared/context.ts";
import type { Job } from "../shared/interval-job.ts";
import { recordNamedNow } from "../shared/present-names.ts";
import { reconcileOutcome } from "./reconcile-outcome.ts";

/** Looks after changes whose outcome is not known, until it is. */
export interface OutcomeReconciler extends Job {
  /** Takes up one change: looks at once, then as `nextLook` says. */
  watch(workspaceId: string, changeId: string): void;
}

/** What a settler stands on. */
export interface OutcomeReconcilerOptions {
  readonly store: Store;
  readonly log: Log;
  now(): Date;
  /** See `Context.monotonicMs`. */
  monotonicMs(): number;
  /** Whether the machine's clock is known to be wrong; never unless given. */
  readonly clock?: { isSkewed(): boolean };
  contextFor(workspaceId: string): Context;
  /** Told each time an outcome was written that differs from what was known. */
  onChanged(workspaceId: string, record: ChangeRecord): Promise<void>;
  /** Keeps the process from ending in the middle of a look. */
  track(work: Promise<unknown>): void;
  /** Runs something later; returns what takes that back. A test hands in its own clock. */
  after?(ms: number, run: () => void): () => void;
}

/** How long after a failure that is none of the vendor's (the log could not be written) a change is taken up again. */
const retryMs = 30_000;

/** A settler for all workspaces of this process. */
export function outcomeReconciler(options: OutcomeReconcilerOptions): OutcomeReconciler {
  const { store, log, contextFor, onChanged, track, after = afterTimeout } = options;
  const waiting = new Map<string, () => void>();
  const ages = agesOf(options);
  let stopped = false;
  const ending = new AbortController();

  const look = async (workspaceId: string, changeId: string): Promise<void> => {
    const key = `${workspaceId}/${changeId}`;
    try {
      const ctx = { ...contextFor(workspaceId), stopping: ending.signal };
      const { record, changed, nextInMs } = await reconcileOutcome(ctx, changeId, ({ at }) => ({
        ageMs: ages.of(key, new Date(at)),
        watchedMs: ages.watchedMs(key),
      }));
      if (changed) {
        log.info({ workspace: workspaceId, changeId, outcome: record.outcome?.outcome }, "change settled");
        // Before the next look: older news must not overtake newer.
        await onChanged(workspaceId, await recordNamedNow(ctx, record, "nothing"));
      }
      if (nextInMs === undefined) ages.forget(key);
      else later(workspaceId, changeId, nextInMs);
    } catch (error) {
      log.error({ workspace: workspaceId, changeId, err: error }, "unsettled change not looked at");
      later(workspaceId, changeId, retryMs);
    }
  };
  const later = (workspaceId: string, changeId: string, ms: number): void => {
    if (stopped) return;
    const key = `${workspaceId}/${changeId}`;
    waiting.get(key)?.();
    const run = (): void => {
      waiting.delete(key);
      // Many may be due at the same moment, as at the start: one in each turn of the event loop.
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

/** Node runs a timer for longer than this at once. An early look does no harm: it says when to look again. */
const longestTimerMs = 2 ** 31 - 1;

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, longestTimerMs));
  timer.unref();
  return () => clearTimeout(timer);
}
