import { storedAgeMs } from "../../domain/age.ts";
import type { CachedList, ReadList } from "../../domain/inventory-cache.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { OnUnreadable } from "../../domain/vendor.ts";
import { Problem } from "../../domain/problem.ts";
import { abandonedProblem } from "../response.ts";
import { inBackground } from "../request-scope.ts";

/** How a list is kept. Times are in milliseconds. */
export interface SwrCacheOptions<T> {
  /** Reads the whole list from the vendor, each item put through `made` as soon as it was read. */
  readonly readAll: (made: (item: T) => T, onUnreadable: OnUnreadable) => Promise<readonly T[]>;
  /** Makes an item fit to be kept by the thousand. */
  readonly slim: (item: T) => T;
  /** Where it outlives the process; nowhere unless given. */
  readonly copy?: CachedList<T> | undefined;
  /** What is in it, in words. */
  readonly what?: string | undefined;
  /** How long it is served without asking the vendor again. A minute unless given. */
  readonly freshMs?: number | undefined;
  /** How long an older one is served at once while it is read anew. Ten minutes unless given. */
  readonly staleMs?: number | undefined;
  /** What time it is, for what is shown, in unix milliseconds. */
  readonly now?: (() => number) | undefined;
  /** The clock by which the list grows old; it follows `now` where that alone is given. */
  readonly monotonicMs?: (() => number) | undefined;
  /** Told of a failure that nobody waits for: a Problem, or a bug. It must not throw. */
  readonly onRefreshFailed: (error: unknown) => void;
}

/** A list, and how old it is in milliseconds: infinitely, where nobody knows. */
export interface AgedList<T> extends ReadList<T> {
  readonly ageMs: number;
}

/** One list of an account. One read runs at a time, and it goes on when the caller that started it leaves. */
export interface SwrCache<T> {
  /**
   * The list, at most `maxAgeMs` old unless reading it takes longer than anybody waits; with 0 it is read anew, however
   * long that takes. Throws what reading throws.
   */
  get(signal?: AbortSignal, maxAgeMs?: number): Promise<readonly T[]>;
  /** The list as it was last read, however long ago. */
  last(): Promise<AgedList<T> | undefined>;
  /** Puts one item that was seen just now in its place. */
  revise(item: T): void;
  /** Something may have changed that nobody saw: the list is read anew when it is asked for next. */
  doubt(): void;
}

/** A list with when its reading began, by the monotonic clock. */
interface Kept<T> extends ReadList<T> {
  readonly readMs: number;
}

/** A list whose last reading took longer is not waited for: the person who asks gets the old one, and its age. */
const worthWaitingMs = 2_500;

/** Keeps one list in memory and, with a copy, over restarts. Nothing is read before it is asked for. */
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
  // What was seen since the reading under way began: its pages may be from before.
  let since = new Map<string, T>();
  let loading: Promise<void> | undefined;
  // One after the other, so that a list does not take the place of what was seen after it.
  let saving = Promise.resolve();

  const load = async (): Promise<void> => {
    const was = await copy?.read(slim);
    // A copy from before a restart whose time is still to come may be of any age.
    const age = was && (storedAgeMs(was.at, new Date(now())) ?? Number.POSITIVE_INFINITY);
    if (was && age !== undefined) kept ??= { ...was, readMs: monotonicMs() - age };
  };
  const loaded = async (): Promise<void> => (loading ??= load().catch(onRefreshFailed));
  const save = (write: (to: CachedList<T>) => Promise<void>): void => {
    if (copy) saving = saving.then(async () => write(copy)).catch(onRefreshFailed);
  };

  const read = async (readMs: number): Promise<readonly T[]> => {
    const at = new Date(now());
    let unreadable = 0;
    const items = await readAll(likeBefore(kept?.items ?? [], slim), () => {
      unreadable += 1;
    });
    const newest = since.size === 0 ? items : items.map((item) => since.get(item.id) ?? item);
    const list = { items: newest, at, tookMs: monotonicMs() - readMs, unreadable };
    kept = { ...list, readMs };
    save(async (to) => to.keep(list));
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
      if (!kept) await loaded();
      if (!kept) return unlessAborted(refresh(), signal, onRefreshFailed, () => stillLoading(what));
      const doubted = doubtedAt >= kept.readMs;
      const age = Math.max(monotonicMs() - kept.readMs, doubted ? freshMs : 0);
      if (maxAgeMs > 0 && age < freshMs) return kept.items;
      if (maxAgeMs <= 0 || (age >= maxAgeMs && kept.tookMs <= worthWaitingMs)) {
        return unlessAborted(refresh(), signal, onRefreshFailed);
      }
      // A vendor that fails is asked again once in a while, not at every keystroke in a picker.
      if (!running && monotonicMs() - startedAt >= freshMs) inBackground(refresh).catch(onRefreshFailed);
      return kept.items;
    },
    last: async () => {
      if (!kept) await loaded();
      return kept && { ...kept, ageMs: monotonicMs() - kept.readMs };
    },
    revise: (item) => {
      const seen = slim(item);
      if (running) since.set(item.id, seen);
      if (!kept) return;
      const at = kept.items.findIndex(({ id }) => id === item.id);
      if (at >= 0 && alike(kept.items[at], seen)) return;
      kept = { ...kept, items: at < 0 ? [...kept.items, seen] : kept.items.with(at, seen) };
      save(async (to) => to.revise(seen));
    },
    doubt: () => {
      doubtedAt = monotonicMs();
      startedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Gives for each item of a new reading what is kept of it: the same object as before where nothing has changed. */
function likeBefore<T extends { readonly id: string }>(
  before: readonly T[],
  slim: (item: T) => T,
): (item: T) => T {
  const byId = new Map<string, T>();
  let at = 0;
  return (item) => {
    // Most lists come in the order of the last time.
    const there = before[at];
    at += 1;
    if (there?.id !== item.id && byId.size === 0) for (const one of before) byId.set(one.id, one);
    const was = there?.id === item.id ? there : byId.get(item.id);
    const now = slim(item);
    return was && alike(was, now) ? was : now;
  };
}

/** Whether two say the same, where a field that is undefined says as little as one that is not there. */
function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isRecord(one) || !isRecord(other)) return false;
  for (const key in one) if (!alike(ownValue(one, key), ownValue(other, key))) return false;
  for (const key in other) if (ownValue(other, key) !== undefined && !Object.hasOwn(one, key)) return false;
  return true;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** What it means that somebody leaves before a list was read for the first time. */
const stillLoading = (what: string): Problem =>
  new Problem("vendor_unavailable", `The list of its ${what} is still loading.`, { loading: true });

/** The reading, or vendor_unavailable as soon as the caller leaves; the reading itself goes on. */
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
