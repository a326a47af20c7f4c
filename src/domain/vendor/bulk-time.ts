import { keptBy, requestsPerStep, type Bucket, type BucketLimit } from "./token-bucket.ts";

/**
 * How long so many steps of bulk work take by a filled bucket, in milliseconds, if nothing else uses it. An unpublished
 * limit counts as our assumption until a faster or slower one is found.
 */
export function bulkTimeMs(bucket: Bucket, limit: BucketLimit, steps: number): number {
  if (steps <= 0) return 0;
  const { filledAt: now, left, speed, heldUntil, countedAnewAt } = bucket;
  const missing = Math.max(0, steps * requestsPerStep + keptBy(bucket, "bulk") - left);
  const heldMs = Math.max(0, heldUntil - now, missing > 0 ? countedAnewAt - now : 0);
  return Math.ceil(heldMs + missing / ((limit.requests / limit.intervalMs) * speed));
}
