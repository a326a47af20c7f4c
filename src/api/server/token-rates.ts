import type { SharedCounts } from "../../domain/ports/shared-state.ts";
import { windowCounter } from "../../operations/shared/fixed-window-counter.ts";

/** How many requests a token may send within a minute. */
export const mostPerMinute = 60;
const minuteMs = 60_000;

/** Limits the requests of each token. */
export interface TokenRates {
  /** Counts one request. Returns the milliseconds to wait if it is one too many. */
  add(workspaceId: string, tokenId: string): Promise<number | undefined>;
}

/** What the rates need: the shared counts, if there are other replicas. */
export interface TokenRateOptions {
  monotonicMs(): number;
  readonly counts: SharedCounts | undefined;
  /** Called if the shared counts cannot be used. Then each replica has the whole limit. */
  failed(error: unknown): void;
}

/** Each replica counts for itself, and those with shared counts also count together. */
export function tokenRates({ monotonicMs, counts, failed }: TokenRateOptions): TokenRates {
  const own = windowCounter(mostPerMinute, minuteMs, monotonicMs);
  return {
    add: async (workspaceId, tokenId) => {
      const waitMs = own.add(`${workspaceId}/${tokenId}`);
      if (waitMs !== undefined || !counts) return waitMs;
      const limit = { key: `api/${tokenId}`, most: mostPerMinute, windowMs: minuteMs };
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
