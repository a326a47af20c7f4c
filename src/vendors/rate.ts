import PQueue from "p-queue";
import { longestWaitMs } from "../domain/outside-duration.ts";
import { Problem } from "../domain/problem.ts";
import type { Timer } from "../domain/timer.ts";
import type { TurnOptions } from "../domain/vendor.ts";
import { machineTimer } from "./machine-timer.ts";
import { announcedLimit, retryAfterMs, type Headers } from "./retry-after.ts";

/** How much an account may be asked: a bucket of `requests` that fills in `intervalMs`, and `atOnce` at the same time. */
export interface RateLimit {
  readonly requests: number;
  readonly intervalMs: number;
  readonly atOnce: number;
  /** The vendor publishes none: bulk work goes one step after the other until the vendor says what is too much. */
  readonly guessed?: boolean;
}

/** For vendors that publish no limit: two a second on average and two at once. The numbers are ours. */
export const unpublishedRate: RateLimit = { requests: 20, intervalMs: 10_000, atOnce: 2, guessed: true };

/**
 * What is asked: an update and a single read go at once, a page of a list may be one of many, and for background work
 * nobody waits.
 */
export type Urgency = "update" | "read" | "list" | "background";

/** Runs requests no faster than the account allows. */
export interface Rate {
  /**
   * Runs an update or a read at once, and the rest when it is its turn, lists before background work. What waits is
   * dropped when its signal is aborted. Throws rate_limited, without running it, where the wait would be long.
   */
  run<T>(urgency: Urgency, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Runs one step of bulk work, a few requests that each go at once, when there is room for all of them; steps take their
   * turns in the order in which they came. Throws rate_limited, without running it, where the wait would be too long.
   */
  inTurn<T>(step: () => Promise<T>, options: TurnOptions): Promise<T>;
  /** What an answer says about the limit. */
  heard(status: number, headers: Headers): void;
}

/** How many requests a step of bulk work takes: it reads a number and changes it. */
const requestsPerStep = 2;
/** The parts of the bucket that lists, bulk work and background work leave to those before them. */
const leftBy = { list: 1 / 8, bulk: 1 / 6, background: 1 / 2 };
/** How long nothing but urgent requests goes out after a 429 that names no time, in milliseconds; doubled by each in a row. */
const firstHoldMs = 1000;
const longestHoldMs = 60_000;
/** By how much a 429 slows an account down, how slow it gets at most, and how much each good answer takes back of that. */
const slowDown = { by: 0.5, least: 1 / 16, perAnswer: 1.01 };
/** How much faster than our guess an account may get that way. */
const fasterThanGuessed = 4;

/**
 * The rate limit of one account, kept in memory as a bucket that mirrors the vendor's: each request takes one out, time
 * fills it, what the vendor announces takes the place of our guess, and a 429 empties it and makes it fill more slowly.
 * A person's read or update never waits for it: a vendor that has had enough says so with a 429, and that is told,
 * whereas waiting here would be silence in the middle of an incident. All else leaves room for them, and waits for as
 * long as the vendor has asked.
 */
export function accountRate(limit: RateLimit, vendor = "The vendor", timer: Timer = machineTimer): Rate {
  const { atOnce } = limit;
  const fillPerMs = limit.requests / limit.intervalMs;
  const queue = new PQueue({ concurrency: Math.max(1, atOnce - 1) });
  // A step reads a number and its agent side by side.
  const steps = new PQueue({ concurrency: Math.max(1, Math.floor((atOnce - 1) / 2)) });
  let size = limit.requests;
  let left = size;
  let filledAt = timer.monotonicMs();
  let speed = 1;
  /** Requests without an answer, and steps that have begun. */
  let open = 0;
  let begun = 0;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let refused = 0;
  const fastest = limit.guessed ? fasterThanGuessed : 1;
  /** Whether the limit is known: published, announced, or met. */
  let isKnown = !limit.guessed;
  /** An announced limit does not fill before it is counted anew. */
  let countedAnewAt = Number.NEGATIVE_INFINITY;

  const keptBy = (who: keyof typeof leftBy): number => Math.ceil(size * leftBy[who]);
  const fill = (): number => {
    const now = timer.monotonicMs();
    if (now >= countedAnewAt) {
      // How much there is then is for the next answer to say, so one step goes ahead to hear it.
      if (filledAt < countedAnewAt) left = Math.max(left, keptBy("bulk") + requestsPerStep);
      const since = Math.max(filledAt, countedAnewAt);
      left = Math.min(Math.max(size, left), left + (now - since) * fillPerMs * speed);
    }
    filledAt = now;
    return now;
  };
  /** In how many milliseconds there may be as much as that in the bucket. */
  const untilMs = (wanted: number): number => {
    const now = fill();
    const missing = Math.min(wanted, size) - left;
    // Less than a thousandth is what adding up fractions leaves.
    const filledMs = missing < 0.001 ? 0 : missing / (fillPerMs * speed);
    return Math.ceil(
      Math.max(heldUntil - now, filledMs > 0 ? Math.max(countedAnewAt - now, 0) || filledMs : 0),
    );
  };
  const sent = async <T>(task: () => Promise<T>): Promise<T> => {
    fill();
    left = Math.max(0, left - 1);
    open += 1;
    try {
      return await task();
    } finally {
      open -= 1;
    }
  };
  const tooOften = (retryAfter: number): Problem =>
    new Problem("rate_limited", `${vendor} was asked too often and wants us to wait.`, {
      retryAfterMs: Math.min(retryAfter, longestWaitMs),
    });
  /** In how many milliseconds such a request may go; throws where nobody would wait that long. */
  const waitOf = (who: "list" | "background"): number => {
    const ms = untilMs(keptBy(who) + 1);
    if (ms > 0 && (heldUntil > filledAt || ms > limit.intervalMs)) throw tooOften(ms);
    return ms;
  };
  const listed = async <T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const inOrder = async (): Promise<T> => {
      for (let ms = waitOf("list"); ms > 0; ms = waitOf("list")) await timer.wait(ms, signal);
      return sent(task);
    };
    return queue.add(inOrder, { signal, priority: 1 });
  };
  // Waits outside the queue: within, it would hold up the lists that there is still room for.
  const inBackground = async <T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    for (;;) {
      const ran = await queue.add(
        async () => {
          const ms = waitOf("background");
          return ms > 0 ? { ms } : { ms: 0, answer: await sent(task) };
        },
        { signal },
      );
      if ("answer" in ran) return ran.answer;
      await timer.wait(ran.ms, signal);
    }
  };
  return {
    run: async (urgency, task, signal) => {
      if (urgency === "update" || urgency === "read") return sent(task);
      return urgency === "list" ? listed(task, signal) : inBackground(task, signal);
    },
    inTurn: async (step, { longestMs, signal }) => {
      const until = timer.monotonicMs() + longestMs;
      const inOrder = async () => {
        signal?.throwIfAborted();
        // What the steps that have begun may still need is theirs.
        const waitMs = (): number =>
          untilMs(isKnown ? keptBy("bulk") + requestsPerStep * (begun + 1) : Number.NEGATIVE_INFINITY);
        for (let ms = waitMs(); ms > 0; ms = waitMs()) {
          if (filledAt + ms > until) throw tooOften(ms);
          await timer.wait(ms, signal);
        }
        begun += 1;
        try {
          return await step();
        } finally {
          begun -= 1;
        }
      };
      // Not with the signal: the queue would leave a step alone that has begun.
      return steps.add(inOrder);
    },
    heard: (status, headers) => {
      const now = fill();
      const wallTime = timer.now().getTime();
      const said = announcedLimit(headers, wallTime);
      if (said) {
        isKnown = true;
        size = Math.max(1, said.limit ?? size);
        left = Math.max(0, said.left - Math.max(0, open - 1));
        countedAnewAt = now + said.resetMs;
      }
      if (status !== 429) {
        refused = 0;
        // Nothing is known of what a vendor would allow that has not said so or refused something yet.
        if (isKnown) speed = Math.min(fastest, speed * slowDown.perAnswer);
        return;
      }
      left = 0;
      // Of several that were under way together, one counts.
      if (now >= heldUntil) {
        refused += 1;
        speed = isKnown ? Math.max(slowDown.least, speed * slowDown.by) : 1;
      }
      isKnown = true;
      const ours = Math.min(firstHoldMs * 2 ** (refused - 1), longestHoldMs);
      heldUntil = Math.max(heldUntil, now + (retryAfterMs(headers, wallTime) ?? ours));
      // Our guess would take very long to fill a bucket of the size that the vendor has announced.
      if (Number.isFinite(countedAnewAt)) countedAnewAt = Math.max(countedAnewAt, heldUntil);
    },
  };
}
