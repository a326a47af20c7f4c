import {
  filled,
  newBucket,
  spent,
  untilMs,
  wantedBy,
  type Bucket,
  type BucketLimit,
  type BucketUser,
} from "../domain/vendor/token-bucket.ts";
import { observed, type Observation } from "../domain/vendor/observe-limit.ts";
import type { Timer } from "../domain/shared/timer.ts";

/** The answer to somebody who may have to wait. */
export interface Taken {
  /** How long to wait before asking again, in milliseconds; 0 to go ahead. */
  readonly waitMs: number;
  /** Whether the vendor itself asked for a pause. */
  readonly isHeld: boolean;
  /** The requests that are taken from the bucket already, so that `spend` is not called for them. */
  readonly paid: number;
}

/** The bucket of one account, as this process uses it. */
export interface Budget {
  /** The bucket as it is now, as far as this process knows. */
  bucket(): Bucket;
  /** Whether there is room for `need` requests, and for `reserved` more that this process may still send. */
  take(who: BucketUser, need: number, reserved?: number): Taken | Promise<Taken>;
  /** A request goes out. */
  spend(): void;
  /** Requests that are paid are not sent. */
  giveBack(requests: number): void;
  observe(seen: Observation): void;
}

/** A bucket in memory: this process is the only one that asks the vendor. */
export function ownBudget(limit: BucketLimit, timer: Pick<Timer, "monotonicMs">): Budget {
  let kept = newBucket(limit, timer.monotonicMs());
  const bucket = (): Bucket => (kept = filled(kept, limit, timer.monotonicMs()));
  return {
    bucket,
    take: (who, need, reserved = 0) => ({ ...roomIn(bucket(), limit, who, need + reserved), paid: 0 }),
    spend: () => {
      kept = spent(bucket(), 1);
    },
    giveBack: () => undefined,
    observe: (seen) => {
      kept = observed(kept, limit, seen, timer.monotonicMs());
    },
  };
}

/** How long to wait until a filled bucket has room. */
export function roomIn(
  bucket: Bucket,
  limit: BucketLimit,
  who: BucketUser,
  need: number,
): Pick<Taken, "waitMs" | "isHeld"> {
  const waitMs = untilMs(bucket, limit, wantedBy(bucket, who, need));
  return { waitMs, isHeld: bucket.heldUntil > bucket.filledAt };
}
