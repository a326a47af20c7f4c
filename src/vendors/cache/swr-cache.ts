import { storedAgeMs } from "../../domain/shared/age.ts";
import type { CachedList, ReadList } from "../../domain/vendor/inventory-cache.ts";
import type { OnUnreadable } from "../../domain/vendor/vendor-account.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { abandonedProblem } from "../response.ts";
import { inBackground } from "../request-scope.ts";
import { isEqual, reuseUnchanged } from "./reuse-unchanged.ts";
import { storedCopy } from "./stored-copy.ts";

/** How to cache a list. Times are in milliseconds. */
export interface SwrCacheOptions<T> {
  /** Reads the whole list from the vendor, and transforms each item as soon as it was read. */
  readonly readAll: (made: (item: T) => T, onUnreadable: OnUnreadable) => Promise<readonly T[]>;
  /** Reduces an item's memory for a long list. */
  readonly slim: (item: T) => T;
  /** Stores the list across restarts; without it, the list is only in memory. */
  readonly copy?: CachedList<T> | undefined;
  /** What the list contains, as text to show. */
  readonly what?: string | undefined;
  /** How long a list counts as fresh and is returned without a request; a minute by default. */
  readonly freshMs?: number | undefined;
  /** How long an older list is returned at once while it is refreshed; ten minutes by default. */
  readonly staleMs?: number | undefined;
  /** The wall-clock time for display, in unix milliseconds. */
  readonly now?: (() => number) | undefined;
  /** The clock for the list's age; by default the system's, or `now` if that is given. */
  readonly monotonicMs?: (() => number) | undefined;
  /** Called for a failure that nobody waits for, with a Problem or a bug. It must not throw. */
  readonly onRefreshFailed: (error: unknown) => void;
}

/** A list and its age in milliseconds; Infinity if unknown. */
export interface AgedList<T> extends ReadList<T> {
  readonly ageMs: number;
}

/** One cached list of an account. Only one read runs at a time, and it continues if its caller gives up. */
export interface SwrCache<T> {
  /**
   * The list, at most `maxAgeMs` old, or older if a refresh takes too long to wait for. With 0, the list is always read
   * again, however long that takes. Throws what reading throws.
   */
  get(signal?: AbortSignal, maxAgeMs?: number): Promise<readonly T[]>;
  /** The list as last read, however long ago. */
  last(): Promise<AgedList<T> | undefined>;
  /** Updates one item that was read just now. */
  revise(item: T): void;
  /** Marks the list as possibly outdated, so that the next request reads it again. */
  doubt(): void;
  /** Marks the stored copy as possibly newer, so that the next request looks at it. */
  outdate(): void;
  /** Resolves when everything so far is in the stored copy, or could not be stored. */
  saved(): Promise<void>;
}

/** A list, and when reading it began by the monotonic clock. */
interface Kept<T> extends ReadList<T> {
  readonly readMs: number;
}

/** If the last read took longer, nobody waits for the next one: callers get the old list and its age. */
const worthWaitingMs = 2_500;

/** Caches one list in memory and, with `copy`, across restarts. Reads nothing before the first request. */
export function swrCache<T extends { readonly id: string }>(options: SwrCacheOptions<T>): SwrCache<T> {
  const {
    readAll,
    slim,
    copy,
    what = "items",
    freshMs = 60_000,
    staleMs = 600_000,
    now = Date.now,
    monotonicMs = options.now ?? (() => performance.now()),
    onRefreshFailed,
  } = options;
  let kept: Kept<T> | undefined;
  let running: Promise<readonly T[]> | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;
  let doubtedAt = Number.NEGATIVE_INFINITY;
  // Items that were updated since the running read began, because its pages may be older.
  let since = new Map<string, T>();
  const stored = storedCopy(copy, onRefreshFailed);

  /** Takes over what is stored and not known yet. */
  const bringUpToDate = async (): Promise<void> => {
    if (!stored.isOutdated()) return;
    const found = await stored.news(reuseUnchanged(kept?.items ?? [], slim));
    // If the copy is from the future, the clock was wrong, and its age is unknown.
    const age = found && (storedAgeMs(found.at, new Date(now())) ?? Number.POSITIVE_INFINITY);
    if (!found || age === undefined || (kept && found.at < kept.at)) return;
    kept = { ...found, readMs: monotonicMs() - age };
  };

  const read = async (readMs: number): Promise<readonly T[]> => {
    const at = new Date(now());
    const keep = stored.keeping();
    let unreadable = 0;
    const items = await readAll(reuseUnchanged(kept?.items ?? [], slim), () => {
      unreadable += 1;
    });
    const newest = since.size === 0 ? items : items.map((item) => since.get(item.id) ?? item);
    const list = { items: newest, at, tookMs: monotonicMs() - readMs, unreadable };
    kept = { ...list, readMs };
    keep(list);
    return newest;
  };
  const refresh = (): Promise<readonly T[]> => {
    if (running) return running;
    startedAt = monotonicMs();
    since = new Map();
    const reading = read(startedAt);
    const end = (): void => {
      running = undefined;
    };
    running = reading;
    reading.then(end, end);
    return reading;
  };

  return {
    get: async (signal, maxAgeMs = staleMs) => {
      await bringUpToDate();
      if (!kept) return unlessAborted(refresh(), signal, onRefreshFailed, () => stillLoading(what));
      const doubted = doubtedAt >= kept.readMs;
      const age = Math.max(monotonicMs() - kept.readMs, doubted ? freshMs : 0);
      if (maxAgeMs > 0 && age < freshMs) return kept.items;
      if (maxAgeMs <= 0 || (age >= maxAgeMs && kept.tookMs <= worthWaitingMs)) {
        return unlessAborted(refresh(), signal, onRefreshFailed);
      }
      // A failing vendor gets a request once in a while, not at every keystroke in a picker.
      if (!running && monotonicMs() - startedAt >= freshMs) inBackground(refresh).catch(onRefreshFailed);
      return kept.items;
    },
    last: async () => {
      await bringUpToDate();
      return kept && { ...kept, ageMs: monotonicMs() - kept.readMs };
    },
    revise: (item) => {
      const seen = slim(item);
      if (running) since.set(item.id, seen);
      // A process that has not read the list, such as a command, still corrects the stored one for the next.
      if (!kept) return stored.revise(seen);
      const at = kept.items.findIndex(({ id }) => id === item.id);
      if (at >= 0 && isEqual(kept.items[at], seen)) return;
      kept = { ...kept, items: at < 0 ? [...kept.items, seen] : kept.items.with(at, seen) };
      stored.revise(seen);
    },
    doubt: () => {
      doubtedAt = monotonicMs();
      startedAt = Number.NEGATIVE_INFINITY;
    },
    outdate: stored.outdate,
    saved: stored.saved,
  };
}

/** The Problem for a caller that gives up before the list was read for the first time. */
const stillLoading = (what: string): Problem =>
  new Problem("vendor_unavailable", `The list of its ${what} is still loading.`, { loading: true });

/** The result of reading, or vendor_unavailable as soon as the caller gives up. Reading continues. */
async function unlessAborted<T>(
  reading: Promise<T>,
  signal: AbortSignal | undefined,
  onLeft: (error: unknown) => void,
  leaving = (): Problem => abandonedProblem("The vendor", signal?.reason),
): Promise<T> {
  if (!signal) return reading;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(leaving());
      reading.catch(onLeft);
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    reading.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
