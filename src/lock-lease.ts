import type { Config } from "./config.ts";

/**
 * How long a server that ends keeps its locks on PostgreSQL, in milliseconds. After each renewal, an update has twice the
 * time that it may take.
 */
export function lockLeaseMs({ vendorTimeoutMs }: Config): number {
  return Math.max(30_000, 3 * vendorTimeoutMs);
}
