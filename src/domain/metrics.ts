import type { Outcome } from "./audit-log.ts";
import type { ChangeKind } from "./change.ts";
import type { VendorId } from "./vendor.ts";

/** What is counted while Patchbay runs. Durations are in milliseconds. */
export interface Metrics {
  /** A change that was sent, how it ended and how long that took. */
  changed(vendor: VendorId, change: ChangeKind, outcome: Outcome, ms: number): void;
  /** A request from Slack, and how long it waited for its ack. */
  acked(kind: string, ms: number): void;
}
