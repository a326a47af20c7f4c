import type { Outcome } from "../audit/audit-log.ts";
import type { ChangeKind } from "../numbers/change.ts";
import type { VendorId } from "../vendor/vendor.ts";

/** Counters for monitoring. Durations are in milliseconds. */
export interface Metrics {
  /** A change was sent: its outcome, and how long it took. */
  changed(vendor: VendorId, change: ChangeKind, outcome: Outcome, ms: number): void;
  /** Patchbay found out something about the first calls after a change. */
  firstCall(vendor: VendorId, result: FirstCallResult): void;
  /** A request from Slack was acknowledged, and how long that took. */
  acked(kind: string, ms: number): void;
  /** A form was requested: the result. */
  formRequested(result: FormResult): void;
  /** A message could not be delivered to a person in any way. */
  undelivered(): void;
}

/** `late`: the trigger had expired. `unanswered`: Slack did not respond, and the form is not open. */
export const formResults = ["opened", "late", "unanswered", "refused"] as const;

export type FormResult = (typeof formResults)[number];

/** `none`: no call in 15 minutes. `denied`: the key may not read calls. */
export const firstCallResults = ["seen", "contradicted", "failing", "none", "denied"] as const;

export type FirstCallResult = (typeof firstCallResults)[number];

/** Every kind of request from Slack, for counting acknowledgements. */
export const requestKinds = [
  "command",
  "action",
  "options",
  "shortcut",
  "view_submission",
  "view_closed",
  "event",
  "mention",
] as const;

/** Why an HTTP request was rejected before it was handled. */
export const httpRefusals = [
  "unsigned",
  "malformed",
  "stale",
  "mismatch",
  "too_long",
  "overloaded",
  "unreadable",
  "slow",
  "too_many_connections",
] as const;

export type HttpRefusal = (typeof httpRefusals)[number];

/** A metric as Prometheus' registry has it. A histogram's values are named `_bucket`, `_sum` and `_count`. */
export interface RegisteredMetric {
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly values: readonly RegisteredValue[];
}

/** One value of a metric. */
export interface RegisteredValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly name?: string | undefined;
}
