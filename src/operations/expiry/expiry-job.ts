import type { Log } from "../../domain/log.ts";
import type { Store } from "../../domain/store.ts";
import type { DueChange } from "../../domain/temporary-change.ts";
import { atOncePerConnection } from "../shared/bulk.ts";
import type { Context, LookedUpAgents } from "../shared/context.ts";
import { repeated, type Job } from "../shared/interval-job.ts";
import { lookAtTimed, tellClockOff } from "./process-expiry.ts";
import { sideBySide } from "../shared/for-each-concurrent.ts";
import type { TimedStory } from "./expiry-event.ts";

/** What the job that ends changes stands on. */
export interface TimedJobOptions {
  readonly store: Store;
  readonly log: Log;
  readonly everyMs: number;
  now(): Date;
  /** Whether the machine's clock is known to be wrong; then nothing ends, and people are told so. */
  isClockOff?: (() => boolean) | undefined;
  contextFor(workspaceId: string): Context;
  /** Says where a change was asked what has become of its end. It does not throw. */
  tell(workspaceId: string, story: TimedStory): Promise<void>;
  /** Keeps the process from ending in the middle of a look. */
  track(work: Promise<unknown>): void;
}

/** The job that ends changes by themselves, those that are late after a stop too. */
export function timedJob(options: TimedJobOptions): Job {
  const look = timedLooks(options);
  return repeated(options.everyMs, () => options.track(look()));
}

/**
 * Looks at all that is due, a few of a connection at a time, so that one that is slow or wants us to wait holds up its own
 * alone; a change that is still being looked at is left alone. Never throws.
 */
export function timedLooks(options: Omit<TimedJobOptions, "everyMs" | "track">): () => Promise<void> {
  const { store, log, now, isClockOff = () => false, contextFor, tell } = options;
  const busy = new Set<string>();
  const nameOf = ({ workspaceId, changeId }: DueChange): string => `${workspaceId}/${changeId}`;
  const lookAt = async (due: DueChange, lookedUp: LookedUpAgents): Promise<void> => {
    const { workspaceId, changeId } = due;
    let ctx: Context | undefined;
    try {
      ctx = { ...contextFor(workspaceId), lookedUp };
      if (ctx.stopping?.aborted) return;
      // It may have been set while this one waited.
      const look = isClockOff() ? tellClockOff : lookAtTimed;
      await look(ctx, changeId, async (story) => tell(workspaceId, story));
    } catch (error) {
      // What could not be written, or waited when the process was to end, is due again at the next round.
      if (!ctx?.stopping?.aborted)
        log.error({ workspace: workspaceId, changeId, err: error }, "end of a change not looked at");
    } finally {
      busy.delete(nameOf(due));
    }
  };
  const keyOf = ({ workspaceId, connectionId }: DueChange): string => `${workspaceId}/${connectionId}`;
  let saidOff = false;
  /** Logs once that all has to wait for the clock. */
  const logClock = (): void => {
    const isOff = isClockOff();
    if (isOff && !saidOff)
      log.error({}, "the clock is off: no temporary change reverts until it is right again");
    if (!isOff && saidOff) log.info({}, "the clock is right again: temporary changes revert in their time");
    saidOff = isOff;
  };
  return async () => {
    logClock();
    try {
      const due = (await store.dueTimedChanges(now())).filter((one) => !busy.has(nameOf(one)));
      for (const one of due) busy.add(nameOf(one));
      const lookedUp: LookedUpAgents = new Map();
      await sideBySide(due, { keyOf, atOnce: atOncePerConnection }, async (one) => lookAt(one, lookedUp));
    } catch (error) {
      log.error({ err: error }, "ends of changes not looked at");
    }
  };
}
