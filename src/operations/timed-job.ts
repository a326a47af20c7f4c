import type { Log } from "../domain/log.ts";
import type { Store } from "../domain/store.ts";
import type { DueChange } from "../domain/timed-change.ts";
import type { Context } from "./context.ts";
import { repeated, type Job } from "./job.ts";
import { lookAtTimed } from "./look-at-timed.ts";
import type { TimedStory } from "./timed-news.ts";

/** What the job that ends changes stands on. */
export interface TimedJobOptions {
  readonly store: Store;
  readonly log: Log;
  readonly everyMs: number;
  now(): Date;
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

/** Looks at all that is due; a change that is still being looked at is left alone. Never throws. */
export function timedLooks(options: Omit<TimedJobOptions, "everyMs" | "track">): () => Promise<void> {
  const { store, log, now, contextFor, tell } = options;
  const busy = new Set<string>();
  const lookAt = async ({ workspaceId, changeId }: DueChange): Promise<void> => {
    const key = `${workspaceId}/${changeId}`;
    if (busy.has(key)) return;
    busy.add(key);
    try {
      await lookAtTimed(contextFor(workspaceId), changeId, async (story) => tell(workspaceId, story));
    } catch (error) {
      // What could not be written is due again at the next round.
      log.error({ workspace: workspaceId, changeId, err: error }, "end of a change not looked at");
    } finally {
      busy.delete(key);
    }
  };
  return async () => {
    try {
      await Promise.all((await store.dueTimedChanges(now())).map(lookAt));
    } catch (error) {
      log.error({ err: error }, "ends of changes not looked at");
    }
  };
}
