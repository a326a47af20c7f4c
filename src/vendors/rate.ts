import PQueue from "p-queue";

/** How much an account may be asked: at most `requests` in any `intervalMs` milliseconds, and `atOnce` at the same time. */
export interface RateLimit {
  readonly requests: number;
  readonly intervalMs: number;
  readonly atOnce: number;
}

/** For vendors that publish no limit: two a second on average and two at once. The numbers are ours. */
export const unpublishedRate: RateLimit = { requests: 20, intervalMs: 10_000, atOnce: 2 };

/** What is asked: an update and a single read have a person waiting for them, a page of a list may be one of many. */
export type Urgency = "update" | "read" | "list";

/** Runs requests no faster than the account allows. A list whose signal is aborted while it waits is dropped. */
export interface Rate {
  run<T>(urgency: Urgency, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** The part of an account's requests that lists may use; the rest is for what people wait for. */
const listShare = 0.75;

/**
 * The rate limit of one account, kept in memory: an account that is opened twice is counted twice. Only lists wait for
 * it. A person's read or update goes out at once: a vendor that has had enough says so with a 429, and that is told,
 * whereas waiting here would be silence in the middle of an incident.
 */
export function accountRate(limit: RateLimit): Rate {
  const lists = new PQueue({
    intervalCap: Math.max(1, Math.floor(limit.requests * listShare)),
    interval: limit.intervalMs,
    concurrency: Math.max(1, limit.atOnce - 1),
    strict: true,
  });
  return {
    run: async (urgency, task, signal) => (urgency === "list" ? lists.add(task, { signal }) : task()),
  };
}
