import type { SharedCounts } from "../domain/ports/shared-state.ts";
import { windowCounter } from "../operations/shared/fixed-window-counter.ts";

/** How many requests a hook takes within a minute: some sources send each of 200 incidents alone. */
export const mostPerMinute = 300;
const minuteMs = 60_000;

/** Limits the requests of each hook. */
export interface HookRates {
  /** Counts one request. Returns the milliseconds to wait if it is one too many. */
  add(workspaceId: string, hookId: string): Promise<number | undefined>;
}

/** What the rates need: the shared counts, if there are other replicas. */
export interface HookRateOptions {
  monotonicMs(): number;
  readonly counts: SharedCounts | undefined;
  /** Called if the shared counts cannot be used. Then each replica has the whole limit. */
  failed(error: unknown): void;
}

/** Each replica counts for itself, and those with shared counts also count together. */
export function hookRates({ monotonicMs, counts, failed }: HookRateOptions): HookRates {
  const own = windowCounter(mostPerMinute, minuteMs, monotonicMs);
  return {
    add: async (workspaceId, hookId) => {
      const waitMs = own.add(`${workspaceId}/${hookId}`);
      if (waitMs !== undefined || !counts) return waitMs;
      const limit = { key: `hook/${hookId}`, most: mostPerMinute, windowMs: minuteMs };
      try {
        const [togetherMs] = await counts.add(workspaceId, [limit]);
        return togetherMs;
      } catch (error) {
        failed(error);
        return undefined;
      }
    },
  };
}
