import type { BudgetReport, BudgetWish, SharedBudget } from "../domain/vendor/shared-budgets.ts";
import {
  filled,
  movedBy,
  newBucket,
  observed,
  spent,
  type Bucket,
  type BucketLimit,
  type BucketUser,
} from "../domain/vendor/token-bucket.ts";
import type { Timer } from "../domain/shared/timer.ts";
import { roomIn, type Budget, type Taken } from "./budget.ts";

/** For how long requests are taken at once, and how soon others are told of what was sent, in milliseconds. */
const batchMs = 300;
const tellAfterMs = 200;
/** How long a budget that cannot be read is not asked again, in milliseconds. */
const quietMs = 1_000;
/** The most responses in one report. The newest count. */
const mostSeen = 50;

const nothing: BudgetReport = { spent: 0, seen: [] };

/**
 * The bucket of one account over all replicas. What nobody has to wait for goes out at once and is told soon after;
 * everything else takes its requests first, a few at a time. While the budget cannot be read, this replica uses its
 * share of the limit.
 */
export function sharedBudget(
  limit: BucketLimit,
  shared: SharedBudget,
  timer: Timer,
  failed: (error: unknown) => void,
): Budget {
  /** What is known of the shared bucket, and what this replica has done since. */
  let mirror = newBucket(limit, timer.monotonicMs());
  let untold = nothing;
  let replicas = 1;
  let isCutOff = false;
  let quietUntil = Number.NEGATIVE_INFINITY;
  let isTelling = false;
  const pockets = new Map<BucketUser, { readonly tokens: number; readonly until: number }>();

  const usable = (): BucketLimit => (isCutOff ? { ...limit, requests: limit.requests / replicas } : limit);
  const bucket = (): Bucket => (mirror = filled(mirror, usable(), timer.monotonicMs()));

  const cutOff = (error: unknown): void => {
    quietUntil = timer.monotonicMs() + quietMs;
    if (isCutOff) return;
    failed(error);
    const { size, left, ...rest } = bucket();
    mirror = { ...rest, size: Math.max(1, size / replicas), left: left / replicas };
    isCutOff = true;
  };
  const exchange = async (take?: BudgetWish): Promise<number | undefined> => {
    const told = untold;
    untold = nothing;
    try {
      const answer = await shared.exchange(limit, { ...told, take });
      isCutOff = false;
      replicas = Math.max(1, answer.replicas);
      mirror = spent(movedBy(answer.bucket, timer.monotonicMs()), untold.spent);
      return answer.taken;
    } catch (error) {
      untold = { spent: told.spent + untold.spent, seen: [...told.seen, ...untold.seen].slice(-mostSeen) };
      cutOff(error);
      return undefined;
    }
  };
  const tellSoon = (): void => {
    if (isTelling) return;
    isTelling = true;
    const tell = async (): Promise<void> => {
      await timer.wait(tellAfterMs);
      isTelling = false;
      if (untold !== nothing && timer.monotonicMs() >= quietUntil) await exchange();
      if (untold !== nothing) tellSoon();
    };
    tell().catch(failed);
  };
  const noteSpent = (requests: number): void => {
    untold = { ...untold, spent: untold.spent + requests };
    tellSoon();
  };
  /** Requests that were taken a moment ago. */
  const fromPocket = (who: BucketUser, need: number): boolean => {
    const pocket = pockets.get(who);
    if (!pocket) return false;
    const isFresh = timer.monotonicMs() < pocket.until;
    if (isFresh && pocket.tokens >= need) {
      pockets.set(who, { ...pocket, tokens: pocket.tokens - need });
      return true;
    }
    pockets.delete(who);
    if (pocket.tokens > 0) noteSpent(-pocket.tokens);
    return false;
  };
  return {
    bucket,
    take: async (who, need, reserved = 0): Promise<Taken> => {
      if (fromPocket(who, need)) return { waitMs: 0, isHeld: false, paid: need };
      const most = Math.max(need, Math.ceil((limit.requests / limit.intervalMs) * batchMs));
      const taken = timer.monotonicMs() < quietUntil ? undefined : await exchange({ who, need, most });
      if (taken === undefined) return { ...roomIn(bucket(), usable(), who, need + reserved), paid: 0 };
      if (taken < need) {
        const { waitMs, isHeld } = roomIn(bucket(), limit, who, need);
        return { waitMs: Math.max(1, waitMs), isHeld, paid: 0 };
      }
      pockets.set(who, { tokens: taken - need, until: timer.monotonicMs() + batchMs });
      return { waitMs: 0, isHeld: false, paid: need };
    },
    spend: () => {
      mirror = spent(bucket(), 1);
      noteSpent(1);
    },
    giveBack: (requests) => {
      if (requests > 0) noteSpent(-requests);
    },
    observe: (seen) => {
      mirror = observed(mirror, usable(), seen, timer.monotonicMs());
      untold = { ...untold, seen: [...untold.seen, seen].slice(-mostSeen) };
      // Others must hear of a limit before they reach it.
      if ((seen.status === 429 || seen.announced) && timer.monotonicMs() >= quietUntil) void exchange();
      else tellSoon();
    },
  };
}
