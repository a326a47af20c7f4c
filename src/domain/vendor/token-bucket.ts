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
  /**
   * When it was last empty, and the answers since then: at its next 429 they give the vendor's rate, unless the account was
   * idle in between.
   */
  readonly emptiedAt: number;
  readonly answered: number;
  /** An unpublished rate as it was measured so, as a speed; 0 if it was not. */
  readonly measuredSpeed: number;
  /** Whether the last two measurements agreed. */
  readonly isConfirmed: boolean;
  /** The consecutive 429s of each method. */
  readonly refused: Readonly<Record<Method, number>>;
}

/** The number of requests in a step of bulk work: it reads a number and changes it. */
export const requestsPerStep = 2;
/** The shares of the bucket that lists, bulk work and background work leave to more urgent requests. */
const leftBy: Readonly<Record<BucketUser, number>> = { list: 1 / 8, bulk: 1 / 6, background: 1 / 2 };
const never = Number.NEGATIVE_INFINITY;
/** After how long with a full bucket the account counts as idle, in milliseconds. Then its rate cannot be measured. */
const idleMs = 1_000;

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
  const perMs = (limit.requests / limit.intervalMs) * speed;
  const refilled = left + sinceMs * perMs;
  const most = Math.max(fullOf(bucket), left);
  // A vendor that asks for a pause makes the account wait.
  const isIdle = refilled - most > idleMs * perMs && now - Math.max(filledAt, bucket.heldUntil) > idleMs;
  return {
    ...bucket,
    left: Math.min(most, refilled),
    filledAt: now,
    ...(isIdle ? { emptiedAt: never, answered: 0 } : {}),
  };
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
