import type { BudgetReport, TokenRequest, SharedBudget } from "../domain/vendor/shared-budgets.ts";
import {
  filled,
  movedBy,
  newBucket,
  spent,
  type Bucket,
  type BucketLimit,
  type BucketUser,
} from "../domain/vendor/token-bucket.ts";
import { observed } from "../domain/vendor/observe-limit.ts";
import type { Timer } from "../domain/shared/timer.ts";
import { roomIn, type Budget, type Taken } from "./budget.ts";

/** How much time the tokens of one batch cover, in milliseconds. */
const batchMs = 300;
/** The delay before requests that were sent without asking are reported, in milliseconds. */
const reportAfterMs = 200;
/** How long a budget that cannot be read is not asked again, in milliseconds. */
const quietMs = 1_000;
/** The most responses in one report. The newest count. */
const mostSeen = 50;

const nothing: BudgetReport = { spent: 0, seen: [] };

/**
 * The bucket of one account over all replicas. Requests of people go out at once and are reported soon after;
 * all others take their tokens first, in batches. While the budget cannot be read, this replica uses its
 * share of the limit.
 */
export function sharedBudget(
  limit: BucketLimit,
  shared: SharedBudget,
  timer: Timer,
  failed: (error: unknown) => void,
): Budget {
  /** What is known of the shared bucket, and what this replica has done since. */
  let known = newBucket(limit, timer.monotonicMs());
  let unreported = nothing;
  let replicas = 1;
  let isCutOff = false;
  let quietUntil = Number.NEGATIVE_INFINITY;
  let isReportPending = false;
  const batches = new Map<BucketUser, { readonly tokens: number; readonly until: number }>();

  const usable = (): BucketLimit => (isCutOff ? { ...limit, requests: limit.requests / replicas } : limit);
  const bucket = (): Bucket => (known = filled(known, usable(), timer.monotonicMs()));

  const cutOff = (error: unknown): void => {
    quietUntil = timer.monotonicMs() + quietMs;
    if (isCutOff) return;
    failed(error);
    const { size, left, ...rest } = bucket();
    known = { ...rest, size: Math.max(1, size / replicas), left: left / replicas };
    isCutOff = true;
  };
  const exchange = async (take?: TokenRequest): Promise<number | undefined> => {
    const reported = unreported;
    unreported = nothing;
    try {
      const answer = await shared.exchange(limit, { ...reported, take });
      isCutOff = false;
      replicas = Math.max(1, answer.replicas);
      known = spent(movedBy(answer.bucket, timer.monotonicMs()), unreported.spent);
      return answer.taken;
    } catch (error) {
      unreported = {
        spent: reported.spent + unreported.spent,
        seen: [...reported.seen, ...unreported.seen].slice(-mostSeen),
      };
      cutOff(error);
      return undefined;
    }
  };
  const reportSoon = (): void => {
    if (isReportPending) return;
    isReportPending = true;
    const report = async (): Promise<void> => {
      await timer.wait(Math.max(reportAfterMs, quietUntil - timer.monotonicMs()));
      isReportPending = false;
      if (unreported !== nothing) await exchange();
      // After a failure the next request tries again, so that nothing runs for ever without a database.
      if (unreported !== nothing && !isCutOff) reportSoon();
    };
    report().catch(failed);
  };
  const noteSpent = (requests: number): void => {
    unreported = { ...unreported, spent: unreported.spent + requests };
    reportSoon();
  };
  /** Spends tokens of the batch that was taken last. Returns whether they sufficed. */
  const fromBatch = (who: BucketUser, need: number): boolean => {
    const batch = batches.get(who);
    if (!batch) return false;
    const isFresh = timer.monotonicMs() < batch.until;
    if (isFresh && batch.tokens >= need) {
      batches.set(who, { ...batch, tokens: batch.tokens - need });
      return true;
    }
    batches.delete(who);
    if (batch.tokens > 0) noteSpent(-batch.tokens);
    return false;
  };
  return {
    bucket,
    take: async (who, need, reserved = 0): Promise<Taken> => {
      if (fromBatch(who, need)) return { waitMs: 0, isHeld: false, paid: need };
      const most = Math.max(need, Math.ceil((limit.requests / limit.intervalMs) * batchMs));
      const taken = timer.monotonicMs() < quietUntil ? undefined : await exchange({ who, need, most });
      if (taken === undefined) return { ...roomIn(bucket(), usable(), who, need + reserved), paid: 0 };
      if (taken < need) {
        const { waitMs, isHeld } = roomIn(bucket(), limit, who, need);
        return { waitMs: Math.max(1, waitMs), isHeld, paid: 0 };
      }
      batches.set(who, { tokens: taken - need, until: timer.monotonicMs() + batchMs });
      return { waitMs: 0, isHeld: false, paid: need };
    },
    spend: () => {
      known = spent(bucket(), 1);
      noteSpent(1);
    },
    giveBack: (requests) => {
      if (requests > 0) noteSpent(-requests);
    },
    observe: (seen) => {
      known = observed(known, usable(), seen, timer.monotonicMs());
      unreported = { ...unreported, seen: [...unreported.seen, seen].slice(-mostSeen) };
      // Others must know of a limit before they reach it.
      if ((seen.status === 429 || seen.announced) && timer.monotonicMs() >= quietUntil) void exchange();
      else reportSoon();
    },
  };
}
