import PQueue from "p-queue";
import { Problem } from "../domain/problem.ts";
import { announcedLimit, retryAfterMs, type Headers } from "./retry-after.ts";

/** How much an account may be asked: at most `requests` in any `intervalMs` milliseconds, and `atOnce` at the same time. */
export interface RateLimit {
  readonly requests: number;
  readonly intervalMs: number;
  readonly atOnce: number;
}

/** For vendors that publish no limit: two a second on average and two at once. The numbers are ours. */
export const unpublishedRate: RateLimit = { requests: 20, intervalMs: 10_000, atOnce: 2 };

/**
 * What is asked: an update and a single read have a person waiting for them, a page of a list may be one of many, and
 * for background work nobody waits.
 */
export type Urgency = "update" | "read" | "list" | "background";

/** Runs requests no faster than the account allows. */
export interface Rate {
  /**
   * Runs an update or a read at once, and the rest when it is its turn, lists before background work. What waits is
   * dropped when its signal is aborted. Throws rate_limited, without running it, where the wait would be long.
   */
  run<T>(urgency: Urgency, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** What an answer says about the limit; `now` is in unix milliseconds. */
  heard(status: number, headers: Headers, now: number): void;
}

/** The part of an account's requests that may be used up by lists and background work; the rest is for people. */
const sharedPart = 0.75;
/** The part of them after which background work waits, so that there is one left for the lists of people. */
const backgroundPart = 0.5;
/** The longest that a vendor's word to wait is kept, in milliseconds: after that it is asked again, to see. */
const longestHoldMs = 300_000;

/**
 * The rate limit of one account, kept in memory: what every request uses up counts, and what the vendor announces takes
 * the place of our guess. A person's read or update never waits for it: a vendor that has had enough says so with a 429,
 * and that is told, whereas waiting here would be silence in the middle of an incident. All else does, and keeps quiet
 * for as long as the vendor has asked.
 */
export function accountRate(limit: RateLimit, vendor = "The vendor"): Rate {
  const { requests, intervalMs, atOnce } = limit;
  const queue = new PQueue({ concurrency: Math.max(1, atOnce - 1) });
  // When what went out lately did, and whether a person was waited for.
  let starts: { readonly at: number; readonly atOnce: boolean }[] = [];
  let heldUntil = 0;
  let announced: { left: number; readonly limit: number; readonly until: number } | undefined;

  const start = (now: number, goesAtOnce: boolean): void => {
    starts = [...starts.filter(({ at }) => at > now - intervalMs), { at: now, atOnce: goesAtOnce }];
    if (announced) announced.left -= 1;
  };
  const untilFreeMs = (urgency: Urgency, now: number): number => {
    const part = urgency === "list" ? sharedPart : backgroundPart;
    if (announced) {
      const kept = Math.ceil(announced.limit * (1 - part));
      return announced.left > kept ? 0 : announced.until - now;
    }
    const ours = Math.max(1, Math.floor(requests * part));
    // A list that somebody waits for is not held up by what else people do: a change is found by its number's name.
    const counted = starts.filter(
      ({ at, atOnce: read }) => at > now - intervalMs && !(read && urgency === "list"),
    );
    // When the oldest that fill our part are out of the interval, there is room for one more.
    const last = counted.at(-ours);
    return last === undefined ? 0 : last.at + intervalMs - now;
  };
  /** Starts a request where there is room for one; else says in how many milliseconds there may be. */
  const started = (urgency: Urgency): number => {
    const now = Date.now();
    const heldMs = heldUntil - now;
    const freeMs = untilFreeMs(urgency, now);
    if (heldMs > 0 || freeMs > intervalMs) {
      const retryAfter = { retryAfterMs: Math.max(heldMs, freeMs) };
      throw new Problem("rate_limited", `${vendor} was asked too often and wants us to wait.`, retryAfter);
    }
    if (freeMs <= 0) start(now, false);
    return freeMs;
  };
  const listed = async <T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const inTurn = async () => {
      for (let ms = started("list"); ms > 0; ms = started("list")) await pause(ms, signal);
      return task();
    };
    return queue.add(inTurn, { signal, priority: 1 });
  };
  // Waits outside the queue: within, it would hold up the lists that there is still room for.
  const inBackground = async <T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    for (;;) {
      const ran = await queue.add(
        async () => {
          const ms = started("background");
          return ms > 0 ? { ms } : { ms: 0, answer: await task() };
        },
        { signal },
      );
      if ("answer" in ran) return ran.answer;
      await pause(ran.ms, signal);
    }
  };
  return {
    run: async (urgency, task, signal) => {
      if (urgency === "update" || urgency === "read") {
        start(Date.now(), true);
        return task();
      }
      return urgency === "list" ? listed(task, signal) : inBackground(task, signal);
    },
    heard: (status, headers, now) => {
      const told = status === 429 ? retryAfterMs(headers, now) : undefined;
      if (told !== undefined) heldUntil = now + Math.min(told, longestHoldMs);
      const said = announcedLimit(headers, now);
      if (!said) return;
      const until = now + Math.min(said.resetMs, longestHoldMs);
      announced = { left: said.left, limit: said.limit ?? requests, until };
    },
  };
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(new DOMException("The waiting was aborted.", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", leave);
      resolve();
    }, ms);
    if (signal?.aborted) leave();
    else signal?.addEventListener("abort", leave, { once: true });
  });
}
