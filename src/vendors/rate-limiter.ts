import { AsyncLocalStorage } from "node:async_hooks";
import PQueue from "p-queue";
import { longestWaitMs } from "../domain/shared/waits.ts";
import { Problem } from "../domain/problem/problem.ts";
import type { Timer } from "../domain/shared/timer.ts";
import { bulkTimeMs } from "../domain/vendor/bulk-time.ts";
import { fullOf, requestsPerStep, untilMs } from "../domain/vendor/token-bucket.ts";
import { ownBudget, type Budget, type Taken } from "./budget.ts";
import { machineTimer } from "./machine-timer.ts";
import type { RateLimiter, RateLimit } from "./rate-limit.ts";
import { announcedLimit, retryAfterMs } from "./retry-after.ts";

/**
 * The step that runs now, of whichever account. One for all: Node goes through every one that was ever used whenever a
 * promise is made.
 */
const stepNow = new AsyncLocalStorage<Step>();

/** How long a request in a step waits after the one before, in milliseconds; the number is locked meanwhile. */
const longestApartMs = 10_000;

/**
 * The rate limit of one account, a bucket that mirrors the vendor's: each request takes one token, time refills it,
 * announced limits replace our assumption, and a 429 empties it and slows the refill. A person's read or update never
 * waits: the vendor answers 429 if it is too much, and people see that at once instead of a silent wait. Everything
 * else leaves room for them, and waits as long as the vendor asks.
 */
export function rateLimiter(
  limit: RateLimit,
  vendor = "The vendor",
  timer: Timer = machineTimer,
  budget: Budget = ownBudget(limit, timer),
): RateLimiter {
  const { atOnce } = limit;
  const queue = new PQueue({ concurrency: Math.max(1, atOnce - 1) });
  // A step reads a number and its agent concurrently.
  const stepsAtOnce = Math.max(1, Math.floor((atOnce - 1) / 2));
  const steps = new PQueue({ concurrency: stepsAtOnce });
  /** Open requests, and started steps. */
  let open = 0;
  let begun = 0;

  const ownStep = (): Step | undefined => {
    const step = stepNow.getStore();
    return step?.budget === budget ? step : undefined;
  };
  const takesOneByOne = (): boolean => fullOf(budget.bucket()) < requestsPerStep;
  const limitSteps = (): void => {
    steps.concurrency = takesOneByOne() ? 1 : stepsAtOnce;
  };
  const sent = async <T>(task: () => Promise<T>, isPaid = false): Promise<T> => {
    const step = ownStep();
    if (!isPaid && step && step.paid > 0) step.paid -= 1;
    else if (!isPaid) budget.spend();
    open += 1;
    try {
      return await task();
    } finally {
      open -= 1;
    }
  };
  /** Waits for room for so many requests, if that is not too long. */
  const roomFor = async (requests: number): Promise<void> => {
    const until = timer.monotonicMs() + longestApartMs;
    for (;;) {
      const bucket = budget.bucket();
      const ms = untilMs(bucket, limit, requests);
      if (ms <= 0 || bucket.filledAt + ms > until) return;
      await timer.wait(ms);
    }
  };
  const apart = async <T>(task: () => Promise<T>): Promise<T> => {
    await roomFor(1);
    const answer = await sent(task);
    await roomFor(1);
    return answer;
  };
  /** Sends a read of a step, after a refused one when there is room for the rest of the step too. */
  const inStep = async <T>(task: () => Promise<T>): Promise<T> => {
    const { heldUntil, filledAt } = budget.bucket();
    if (heldUntil > filledAt) await roomFor(requestsPerStep);
    return sent(task);
  };
  const tooOften = (retryAfter: number): Problem =>
    new Problem("rate_limited", `${vendor} is rate-limiting us.`, {
      retryAfterMs: Math.min(retryAfter, longestWaitMs),
    });
  /** What there is for one request. Throws if nobody would wait that long. */
  const ifWorthWaiting = (taken: Taken): Taken => {
    const { waitMs, isHeld } = taken;
    if (waitMs > 0 && (isHeld || waitMs > limit.intervalMs)) throw tooOften(waitMs);
    return taken;
  };
  const listed = async <T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const inOrder = async (): Promise<T> => {
      for (;;) {
        const asked = budget.take("list", 1);
        const { waitMs, paid } = ifWorthWaiting(asked instanceof Promise ? await asked : asked);
        if (waitMs <= 0) return sent(task, paid > 0);
        await timer.wait(waitMs, signal);
      }
    };
    return queue.add(inOrder, { signal, priority: 1 });
  };
  // Waits outside the queue, where it would delay lists that still have room.
  const inBackground = async <T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    for (;;) {
      const ran = await queue.add(
        async () => {
          const asked = budget.take("background", 1);
          const { waitMs, paid } = ifWorthWaiting(asked instanceof Promise ? await asked : asked);
          return waitMs > 0 ? { waitMs } : { waitMs: 0, answer: await sent(task, paid > 0) };
        },
        { signal },
      );
      if ("answer" in ran) return ran.answer;
      await timer.wait(ran.waitMs, signal);
    }
  };
  return {
    run: async (urgency, task, signal) => {
      if (urgency === "update") return sent(task);
      if (ownStep() && takesOneByOne()) return apart(task);
      if (urgency === "read") return ownStep() ? inStep(task) : sent(task);
      return urgency === "list" ? listed(task, signal) : inBackground(task, signal);
    },
    inTurn: async (step, { longestMs, signal }) => {
      const until = timer.monotonicMs() + longestMs;
      const inOrder = async () => {
        signal?.throwIfAborted();
        let paid = 0;
        for (;;) {
          // Leaves what the started steps may still need.
          const asked = budget.take("bulk", requestsPerStep, requestsPerStep * begun);
          const taken = asked instanceof Promise ? await asked : asked;
          paid = taken.paid;
          if (taken.waitMs <= 0) break;
          if (timer.monotonicMs() + taken.waitMs > until) throw tooOften(taken.waitMs);
          await timer.wait(taken.waitMs, signal);
        }
        begun += 1;
        const running: Step = { budget, isAnswered: false, paid };
        try {
          return await stepNow.run(running, step);
        } finally {
          begun -= 1;
          budget.giveBack(running.paid);
        }
      };
      // Without the signal: the queue would abandon a step that has started.
      return steps.add(inOrder);
    },
    bulkTimeMs: (count) => bulkTimeMs(budget.bucket(), limit, count),
    observe: (status, headers, method) => {
      const wallTime = timer.now().getTime();
      const step = ownStep();
      budget.observe({
        status,
        method,
        announced: announcedLimit(headers, wallTime),
        retryAfterMs: status === 429 ? retryAfterMs(headers, wallTime) : undefined,
        open,
        isSecondOfStep: step?.isAnswered ?? false,
      });
      if (step && status !== 429) step.isAnswered = true;
      limitSteps();
    },
  };
}

/** A step of bulk work that has begun. */
interface Step {
  /** The budget of its account. */
  readonly budget: Budget;
  /** Whether one of its requests was answered. */
  isAnswered: boolean;
  /** The requests of it that are taken from the bucket already. */
  paid: number;
}
