import {
  filled,
  fullOf,
  requestsPerStep,
  type Bucket,
  type BucketLimit,
  type Method,
} from "./token-bucket.ts";

/** What a response says about the limit. */
export interface Observation {
  readonly status: number;
  readonly method: Method;
  readonly announced?:
    | { readonly left: number; readonly limit: number | undefined; readonly resetMs: number }
    | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The requests that were open at the same time, this one included. */
  readonly open: number;
  /** Whether another request of the same step was answered before. */
  readonly isSecondOfStep: boolean;
}

/** How much a 429 slows an account down, the slowest rate, and how much each good response restores. */
const slowDown = { by: 0.5, least: 1 / 16, perAnswer: 1.01 };
/** How much each good response speeds up an unpublished rate: quickly until it is measured, then ever less. */
const speedUp = { guessed: 1.05, measured: 1.005, confirmed: 1.0005 };
/**
 * How many answers and milliseconds a measured rate needs, and how much of it is used. If the vendor's bucket was full in
 * between, the rate is too low: it is confirmed when the next one is at most so many times as high.
 */
const measured = { answers: 20, ms: 3_000, share: 0.98, agrees: 1.1 };
/** How much faster than our assumption an account may become: 10 requests a second. */
const fasterThanGuessed = 5;
/** How long an account pauses after a 429 without a time, at first and at most, in milliseconds. */
const hold = { firstMs: 1_000, longestMs: 60_000 };

/** The bucket after a response. Announced limits replace our assumption; a 429 empties it and slows the refill. */
export function observed(before: Bucket, limit: BucketLimit, seen: Observation, now: number): Bucket {
  const bucket = announcedIn(filled(before, limit, now), seen, now);
  const isAnnounced = Number.isFinite(bucket.countedAnewAt);
  if (seen.status === 429) return refusedIn(bucket, limit, seen, now);
  const fastest = limit.guessed ? fasterThanGuessed : 1;
  return {
    ...bucket,
    refused: { ...bucket.refused, [seen.method]: 0 },
    // Until a vendor announces a limit or refuses a request, its limit is unknown.
    speed: bucket.isKnown ? Math.min(fastest, bucket.speed * speedUpOf(bucket, limit)) : bucket.speed,
    answered: bucket.answered + 1,
    size: isAnnounced ? bucket.size : sized(Math.min(limit.requests, bucket.size * slowDown.perAnswer)),
  };
}

function announcedIn(bucket: Bucket, { announced, open }: Observation, now: number): Bucket {
  if (!announced) return bucket;
  return {
    ...bucket,
    isKnown: true,
    size: sized(announced.limit ?? bucket.size),
    left: Math.max(0, announced.left - Math.max(0, open - 1)),
    countedAnewAt: now + announced.resetMs,
  };
}

function speedUpOf({ measuredSpeed, isConfirmed }: Bucket, { guessed = false }: BucketLimit): number {
  if (!guessed) return slowDown.perAnswer;
  if (isConfirmed) return speedUp.confirmed;
  return measuredSpeed > 0 ? speedUp.measured : speedUp.guessed;
}

/** The vendor's rate between two moments at which its bucket was empty, as a speed; undefined if too little was seen. */
function measureSpeed(
  { emptiedAt, answered }: Bucket,
  { guessed = false, requests, intervalMs }: BucketLimit,
  now: number,
): number | undefined {
  const ms = now - emptiedAt;
  if (!guessed || answered < measured.answers || !Number.isFinite(ms) || ms < measured.ms) return undefined;
  return Math.min(fasterThanGuessed, (measured.share * (answered / ms)) / (requests / intervalMs));
}

function refusedIn(bucket: Bucket, limit: BucketLimit, seen: Observation, now: number): Bucket {
  const isAnnounced = Number.isFinite(bucket.countedAnewAt);
  const { method, retryAfterMs } = seen;
  // Several concurrent 429s count once.
  const isFirst = now >= bucket.heldUntil;
  const refused = isFirst ? { ...bucket.refused, [method]: bucket.refused[method] + 1 } : bucket.refused;
  // One request of a step succeeded and the next did not, with room for both: the vendor accepts only one at a time.
  const found = measureSpeed(bucket, limit, now);
  // What was measured before the account was idle counts until it is measured again.
  const known = found ?? (Number.isFinite(bucket.emptiedAt) ? 0 : bucket.measuredSpeed);
  const isOneByOne = seen.isSecondOfStep && fullOf(bucket) >= requestsPerStep && !isAnnounced && known === 0;
  const slower = bucket.isKnown ? Math.max(slowDown.least, known || bucket.speed * slowDown.by) : 1;
  const heldUntil = Math.max(bucket.heldUntil, now + (retryAfterMs ?? holdMs(refused)));
  return {
    ...bucket,
    left: 0,
    isKnown: true,
    refused,
    size: isFirst && isOneByOne ? 1 : bucket.size,
    speed: isFirst && !isOneByOne ? slower : bucket.speed,
    ...(isFirst
      ? {
          emptiedAt: now,
          answered: 0,
          measuredSpeed: known,
          isConfirmed: known > 0 && known <= measured.agrees * bucket.measuredSpeed,
        }
      : {}),
    heldUntil,
    // At our assumed rate, a bucket of the announced size would take very long to fill.
    countedAnewAt: isAnnounced ? Math.max(bucket.countedAnewAt, heldUntil) : bucket.countedAnewAt,
  };
}

const sized = (to: number): number => Math.max(1, to);

/** Longer with each consecutive 429. */
const holdMs = ({ GET, PATCH }: Bucket["refused"]): number =>
  Math.min(hold.firstMs * 2 ** (Math.max(GET, PATCH, 1) - 1), hold.longestMs);
