import PQueue from "p-queue";

/** How much an account may be asked: at most `requests` in any `intervalMs` milliseconds, and `atOnce` at the same time. */
export interface RateLimit {
  readonly requests: number;
  readonly intervalMs: number;
  readonly atOnce: number;
}

/** For vendors that publish no limit: two a second on average and two at once. The numbers are ours. */
export const unpublishedRate: RateLimit = { requests: 20, intervalMs: 10_000, atOnce: 2 };

/** What is waiting: an update and a single read have a person waiting for them, a page of a list may be one of many. */
export type Urgency = "update" | "read" | "list";

/** Runs requests no faster than the account allows. A task whose signal is aborted while it waits is dropped. */
export interface Rate {
  run<T>(urgency: Urgency, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

const priorities: Record<Urgency, number> = { update: 2, read: 1, list: 0 };

/** The part of an account's requests that lists may use, so that a long list cannot keep an update waiting. */
const listShare = 0.75;

/** The rate limit of one account, kept in memory: an account that is opened twice is counted twice. */
export function accountRate(limit: RateLimit): Rate {
  const queue = (requests: number, atOnce: number) =>
    new PQueue({ intervalCap: requests, interval: limit.intervalMs, concurrency: atOnce, strict: true });
  const all = queue(limit.requests, limit.atOnce);
  const lists = queue(Math.max(1, Math.floor(limit.requests * listShare)), Math.max(1, limit.atOnce - 1));
  return {
    run: async (urgency, task, signal) => {
      const priority = priorities[urgency];
      const queued = async () => all.add(task, { priority, signal });
      return urgency === "list" ? lists.add(queued, { signal }) : queued();
    },
  };
}
