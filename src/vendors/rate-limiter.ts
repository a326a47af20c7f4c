import { AsyncLocalStorage } from "node:async_hooks";
import PQueue from "p-queue";
import { longestWaitMs } from "../domain/shared/clamp-wait.ts";
import { Problem } from "../domain/problem/problem.ts";
import type { Timer } from "../domain/shared/timer.ts";
import { growingHold } from "./growing-hold.ts";
import { machineTimer } from "./machine-timer.ts";
import type { RateLimiter, RateLimit } from "./rate-limit.ts";
import { announcedLimit, retryAfterMs } from "./retry-after.ts";

/** The number of requests in a step of bulk work: it reads a number and changes it. */
const requestsPerStep = 2;
/** The shares of the bucket that lists, bulk work and background work leave to more urgent requests. */
const leftBy = { list: 1 / 8, bulk: 1 / 6, background: 1 / 2 };
/** How long a request in a step waits after the one before, in milliseconds; the number is locked meanwhile. */
const longestApartMs = 10_000;
/** How much a 429 slows an account down, the slowest rate, and how much each good response restores. */
const slowDown = { by: 0.5, least: 1 / 16, perAnswer: 1.01 };
/** How much faster than our assumption an account may become. */
const fasterThanGuessed = 4;

/**
 * The rate limit of one account, a bucket in memory that mirrors the vendor's: each request takes one token, time
 * refills it, announced limits replace our assumption, and a 429 empties it and slows the refill. A person's read
 * or update never waits: the vendor answers 429 if it is too much, and people see that at once instead of a silent
 * wait. Everything else leaves room for them, and waits as long as the vendor asks.
 */
export function rateLimiter(
  limit: RateLimit,
  vendor = "The vendor",
  timer: Timer = machineTimer,
): RateLimiter {
  const { atOnce } = limit;
  const fillPerMs = limit.requests / limit.intervalMs;
  const queue = new PQueue({ concurrency: Math.max(1, atOnce - 1) });
  // A step reads a number and its agent concurrently.
  const stepsAtOnce = Math.max(1, Math.floor((atOnce - 1) / 2));
  const steps = new PQueue({ concurrency: stepsAtOnce });
  /** The running step, and whether one of its requests was answered. */
  const stepNow = new AsyncLocalStorage<{ isAnswered: boolean }>();
  let size = limit.requests;
  let left = size;
  let filledAt = timer.monotonicMs();
  let speed = 1;
  /** Open requests, and started steps. */
  let open = 0;
  let begun = 0;
  let heldUntil = Number.NEGATIVE_INFINITY;
  const hold = growingHold();
  const fastest = limit.guessed ? fasterThanGuessed : 1;
  /** Whether the limit is known: published, announced, or reached. */
  let isKnown = !limit.guessed;
  /** An announced limit does not refill before the vendor starts a new count. */
  let countedAnewAt = Number.NEGATIVE_INFINITY;

  /** The number of requests that the vendor accepts at once. */
  const full = (): number => Math.floor(size);
  const resize = (to: number): void => {
    size = Math.max(1, to);
    steps.concurrency = full() < requestsPerStep ? 1 : stepsAtOnce;
  };
  const keptBy = (who: keyof typeof leftBy): number => Math.ceil(full() * leftBy[who]);
  const fill = (): number => {
    const now = timer.monotonicMs();
    if (now >= countedAnewAt) {
      // Only the next response tells how much is left then, so one step goes ahead.
      if (filledAt < countedAnewAt) left = Math.max(left, keptBy("bulk") + requestsPerStep);
      const since = Math.max(filledAt, countedAnewAt);
      left = Math.min(Math.max(full(), left), left + (now - since) * fillPerMs * speed);
    }
    filledAt = now;
    return now;
  };
  /** The milliseconds until the bucket may contain that many tokens. */
  const untilMs = (wanted: number): number => {
    const now = fill();
    const missing = Math.min(wanted, full()) - left;
    // Less than a thousandth is a rounding error.
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
  /** Waits for room for one request, if that is not too long. */
  const roomForOne = async (): Promise<void> => {
    const until = timer.monotonicMs() + longestApartMs;
    for (let ms = untilMs(1); ms > 0 && filledAt + ms <= until; ms = untilMs(1)) await timer.wait(ms);
  };
  const apart = async <T>(task: () => Promise<T>): Promise<T> => {
    await roomForOne();
    const answer = await sent(task);
    await roomForOne();
    return answer;
  };
  const tooOften = (retryAfter: number): Problem =>
    new Problem("rate_limited", `${vendor} is rate-limiting us.`, {
      retryAfterMs: Math.min(retryAfter, longestWaitMs),
    });
  /** The milliseconds until such a request may run. Throws if nobody would wait that long. */
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
  // Waits outside the queue, where it would delay lists that still have room.
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
      if (urgency === "update") return sent(task);
      if (stepNow.getStore() && full() < requestsPerStep) return apart(task);
      if (urgency === "read") return sent(task);
      return urgency === "list" ? listed(task, signal) : inBackground(task, signal);
    },
    inTurn: async (step, { longestMs, signal }) => {
      const until = timer.monotonicMs() + longestMs;
      const inOrder = async () => {
        signal?.throwIfAborted();
        // Leaves what the started steps may still need.
        const waitMs = (): number =>
          untilMs(isKnown ? keptBy("bulk") + requestsPerStep * (begun + 1) : Number.NEGATIVE_INFINITY);
        for (let ms = waitMs(); ms > 0; ms = waitMs()) {
          if (filledAt + ms > until) throw tooOften(ms);
          await timer.wait(ms, signal);
        }
        begun += 1;
        try {
          return await stepNow.run({ isAnswered: false }, step);
        } finally {
          begun -= 1;
        }
      };
      // Without the signal: the queue would abandon a step that has started.
      return steps.add(inOrder);
    },
    observe: (status, headers, method) => {
      const now = fill();
      const wallTime = timer.now().getTime();
      const said = announcedLimit(headers, wallTime);
      if (said) {
        isKnown = true;
        resize(said.limit ?? size);
        left = Math.max(0, said.left - Math.max(0, open - 1));
        countedAnewAt = now + said.resetMs;
      }
      const step = stepNow.getStore();
      const isAnnounced = Number.isFinite(countedAnewAt);
      if (status !== 429) {
        hold.answered(method);
        if (step) step.isAnswered = true;
        // Until a vendor announces a limit or refuses a request, its limit is unknown.
        if (isKnown) speed = Math.min(fastest, speed * slowDown.perAnswer);
        if (!isAnnounced) resize(Math.min(limit.requests, size * slowDown.perAnswer));
        return;
      }
      left = 0;
      // Several concurrent 429s count once.
      if (now >= heldUntil) {
        // One request of a step succeeded and the next did not, with room for both: the vendor accepts only one at a
        // time.
        if (step?.isAnswered && full() >= requestsPerStep && !isAnnounced) resize(1);
        else speed = isKnown ? Math.max(slowDown.least, speed * slowDown.by) : 1;
        hold.refused(method);
      }
      isKnown = true;
      heldUntil = Math.max(heldUntil, now + (retryAfterMs(headers, wallTime) ?? hold.ms()));
      // At our assumed rate, a bucket of the announced size would take very long to fill.
      if (isAnnounced) countedAnewAt = Math.max(countedAnewAt, heldUntil);
    },
  };
}
