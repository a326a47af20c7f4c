import type { SharedCounts } from "../../domain/ports/shared-state.ts";

/** Counts per key and time window. */
export interface WindowCounter {
  /** Counts one event. Returns the milliseconds until the next one is allowed if this one exceeds the limit. */
  add(key: string): number | undefined;
}

/** Allows at most `most` events per window. A window starts with its first event and is forgotten when it is over. */
export function windowCounter(
  most: number,
  windowMs: number,
  now: () => number = () => performance.now(),
): WindowCounter {
  const windows = new Map<string, { count: number; readonly endsAt: number }>();
  return {
    add(key) {
      const at = now();
      // All windows are equally long, so they end in the order in which they started.
      for (const [other, { endsAt }] of windows) {
        if (endsAt > at) break;
        windows.delete(other);
      }
      const window = windows.get(key) ?? { count: 0, endsAt: at + windowMs };
      windows.set(key, window);
      window.count += 1;
      return window.count > most ? Math.ceil(window.endsAt - at) : undefined;
    },
  };
}

/** Limits the requests with each secret of a workspace: those of a token, or of a hook. */
export interface RequestRates {
  /** Counts one request. Returns the milliseconds to wait if it is one too many. */
  add(workspaceId: string, id: string): Promise<number | undefined>;
}

/** What the rates need: the shared counts, if there are other replicas. */
export interface RequestRateOptions {
  /** Of what: the beginning of the shared counts' keys. */
  readonly of: string;
  readonly mostPerMinute: number;
  monotonicMs(): number;
  readonly counts: SharedCounts | undefined;
  /** Called if the shared counts cannot be used. Then each replica has the whole limit. */
  failed(error: unknown): void;
}

const minuteMs = 60_000;

/** Each replica counts for itself, and those with shared counts also count together. */
export function requestRates(options: RequestRateOptions): RequestRates {
  const { of, mostPerMinute, monotonicMs, counts, failed } = options;
  const own = windowCounter(mostPerMinute, minuteMs, monotonicMs);
  return {
    add: async (workspaceId, id) => {
      const waitMs = own.add(`${workspaceId}/${id}`);
      if (waitMs !== undefined || !counts) return waitMs;
      const limit = { key: `${of}/${id}`, most: mostPerMinute, windowMs: minuteMs };
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
