import type { Log } from "../../domain/log.ts";
import type { Store } from "../../domain/store.ts";
import type { DueTemporaryChange } from "../../domain/temporary-change.ts";
import type { Notifier } from "../notifications/notifier.ts";
import { atOncePerConnection } from "../shared/bulk.ts";
import type { Context, LookedUpAgents } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { intervalJob, type Job } from "../shared/interval-job.ts";
import { processExpiry, processDuringClockSkew } from "./process-expiry.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";

/** The dependencies of the expiry job. */
export interface ExpiryJobOptions {
  readonly store: Store;
  readonly log: Log;
  readonly everyMs: number;
  now(): Date;
  /** Whether the machine's clock is known to be wrong. Then nothing expires, and people are notified of that. */
  isClockSkewed?: (() => boolean) | undefined;
  contextFor(workspaceId: string): Context;
  readonly notifier: Notifier;
  /** Keeps the process alive while a change is processed. */
  track(work: Promise<unknown>): void;
}

/** The job that reverts temporary changes when they expire, including those that expired while no process ran. */
export function expiryJob(options: ExpiryJobOptions): Job {
  const look = expiryChecks(options);
  return intervalJob(options.everyMs, () => options.track(look()));
}

/**
 * Processes all due changes, a few of each connection concurrently, so that a slow or rate-limited connection delays
 * only its own. Skips changes that are still being processed. Never throws.
 */
export function expiryChecks(options: Omit<ExpiryJobOptions, "everyMs" | "track">): () => Promise<void> {
  const { store, log, now, isClockSkewed = () => false, contextFor, notifier } = options;
  const busy = new Set<string>();
  const nameOf = ({ workspaceId, changeId }: DueTemporaryChange): string => `${workspaceId}/${changeId}`;
  const lookAt = async (due: DueTemporaryChange, lookedUp: LookedUpAgents): Promise<void> => {
    const { workspaceId, changeId } = due;
    let ctx: Context | undefined;
    try {
      ctx = derivedContext(contextFor(workspaceId), { lookedUp });
      if (ctx.stopping?.aborted) return;
      // Checked now, because the clock may have been set while this change waited.
      const look = isClockSkewed() ? processDuringClockSkew : processExpiry;
      await look(ctx, changeId, notifier);
    } catch (error) {
      // If the state could not be stored, or the process is stopping, the change stays due for the next round.
      if (!ctx?.stopping?.aborted)
        log.error({ workspace: workspaceId, changeId, err: error }, "expiry not processed");
    } finally {
      busy.delete(nameOf(due));
    }
  };
  const keyOf = ({ workspaceId, connectionId }: DueTemporaryChange): string =>
    `${workspaceId}/${connectionId}`;
  let saidOff = false;
  /** Logs once that everything waits for the clock. */
  const logClock = (): void => {
    const isOff = isClockSkewed();
    if (isOff && !saidOff)
      log.error({}, "the clock is wrong: no temporary change reverts until it is correct");
    if (!isOff && saidOff) log.info({}, "the clock is correct again: temporary changes revert on time");
    saidOff = isOff;
  };
  return async () => {
    logClock();
    try {
      const due = (await store.dueTemporaryChanges(now())).filter((one) => !busy.has(nameOf(one)));
      for (const one of due) busy.add(nameOf(one));
      const lookedUp: LookedUpAgents = new Map();
      await forEachConcurrent(due, { keyOf, atOnce: atOncePerConnection }, async (one) =>
        lookAt(one, lookedUp),
      );
    } catch (error) {
      log.error({ err: error }, "expiries not checked");
    }
  };
}
