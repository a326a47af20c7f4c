/** A vendor's rate limit: a bucket of `requests` that refills in `intervalMs`. */
export interface BucketLimit {
  readonly requests: number;
  readonly intervalMs: number;
  /** The vendor publishes none: bulk work runs one step at a time until the vendor reports a limit. */
  readonly guessed?: boolean;
}

/** A vendor may limit updates while it answers reads, so each method counts separately. */
export type Method = "GET" | "PATCH";

/** Who leaves room for more urgent requests. A person's read or update leaves none. */
export type BucketUser = "list" | "bulk" | "background";

/** The bucket of one account: each request takes one token, time refills it. Times are in milliseconds. */
export interface Bucket {
  readonly size: number;
  readonly left: number;
  readonly filledAt: number;
  readonly speed: number;
  readonly heldUntil: number;
  /** An announced limit does not refill before the vendor starts a new count. */
  readonly countedAnewAt: number;
  /** Whether the limit is known: published, announced, or reached. */
  readonly isKnown: boolean;
  /** When it was last empty, and the answers since then: at its next 429 they give the vendor's rate. */
  readonly emptiedAt: number;
  readonly answered: number;
  /** An unpublished rate as it was measured so, as a speed; 0 if it was not. */
  readonly measuredSpeed: number;
  /** Whether the last two measurements agreed. */
  readonly isConfirmed: boolean;
  /** The consecutive 429s of each method. */
  readonly refused: Readonly<Record<Method, number>>;
}

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

/** The number of requests in a step of bulk work: it reads a number and changes it. */
export const requestsPerStep = 2;
/** The shares of the bucket that lists, bulk work and background work leave to more urgent requests. */
const leftBy: Readonly<Record<BucketUser, number>> = { list: 1 / 8, bulk: 1 / 6, background: 1 / 2 };
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
const never = Number.NEGATIVE_INFINITY;

/** A full bucket. */
export function newBucket({ requests, guessed = false }: BucketLimit, now: number): Bucket {
  return {
    size: requests,
    left: requests,
    filledAt: now,
    speed: 1,
    heldUntil: never,
    countedAnewAt: never,
    isKnown: !guessed,
    emptiedAt: never,
    answered: 0,
    measuredSpeed: 0,
    isConfirmed: false,
    refused: { GET: 0, PATCH: 0 },
  };
}

/** The number of requests that the vendor accepts at once. */
export function fullOf({ size }: Bucket): number {
  return Math.floor(size);
}

/** The tokens that somebody leaves to more urgent requests. */
export function keptBy(bucket: Bucket, who: BucketUser): number {
  return Math.ceil(fullOf(bucket) * leftBy[who]);
}

/** The bucket as it is now. */
export function filled(bucket: Bucket, limit: BucketLimit, now: number): Bucket {
  const { countedAnewAt, filledAt, speed } = bucket;
  if (now < countedAnewAt) return { ...bucket, filledAt: now };
  // Only the next response shows how much is left then, so one step runs first.
  const left =
    filledAt < countedAnewAt ? Math.max(bucket.left, keptBy(bucket, "bulk") + requestsPerStep) : bucket.left;
  const sinceMs = Math.max(0, now - Math.max(filledAt, countedAnewAt));
  const refilled = left + sinceMs * (limit.requests / limit.intervalMs) * speed;
  return { ...bucket, left: Math.min(Math.max(fullOf(bucket), left), refilled), filledAt: now };
}

/** The milliseconds until a filled bucket may contain that many tokens. */
export function untilMs(bucket: Bucket, limit: BucketLimit, wanted: number): number {
  const { filledAt: now, left, speed, heldUntil, countedAnewAt } = bucket;
  const missing = Math.min(wanted, fullOf(bucket)) - left;
  // Less than a thousandth is a rounding error.
  const filledMs = missing < 0.001 ? 0 : missing / ((limit.requests / limit.intervalMs) * speed);
  return Math.ceil(
    Math.max(heldUntil - now, filledMs > 0 ? Math.max(countedAnewAt - now, 0) || filledMs : 0),
  );
}

/** The tokens that a filled bucket must contain before somebody takes `need` of them. */
export function wantedBy(bucket: Bucket, who: BucketUser, need: number): number {
  return who === "bulk" && !bucket.isKnown ? never : keptBy(bucket, who) + need;
}

/** How many requests somebody gets of a filled bucket: at least `need`, or none. */
export function takenFrom(
  bucket: Bucket,
  limit: BucketLimit,
  { who, need, most }: { readonly who: BucketUser; readonly need: number; readonly most: number },
): number {
  const wanted = wantedBy(bucket, who, need);
  if (untilMs(bucket, limit, wanted) > 0) return 0;
  return Math.max(need, Math.min(most, Math.floor(bucket.left - Math.max(0, wanted - need))));
}

/** The bucket by a clock that is ahead by so much. */
export function movedBy(bucket: Bucket, ms: number): Bucket {
  const { filledAt, heldUntil, countedAnewAt, emptiedAt } = bucket;
  return {
    ...bucket,
    filledAt: filledAt + ms,
    heldUntil: heldUntil + ms,
    countedAnewAt: countedAnewAt + ms,
    emptiedAt: emptiedAt + ms,
  };
}

/** The bucket after so many requests. */
export function spent(bucket: Bucket, requests: number): Bucket {
  return { ...bucket, left: Math.max(0, bucket.left - requests) };
}

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
  const isOneByOne =
    seen.isSecondOfStep && fullOf(bucket) >= requestsPerStep && !isAnnounced && found === undefined;
  const slower = bucket.isKnown ? Math.max(slowDown.least, found ?? bucket.speed * slowDown.by) : 1;
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
          measuredSpeed: found ?? 0,
          isConfirmed: found !== undefined && found <= measured.agrees * bucket.measuredSpeed,
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
