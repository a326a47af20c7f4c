import type { Outcome } from "./audit-log.ts";
import type { ChangeKind } from "./change.ts";
import type { VendorId } from "./vendor.ts";

/** What is counted while Patchbay runs. Durations are in milliseconds. */
export interface Metrics {
  /** A change that was sent, how it ended and how long that took. */
  changed(vendor: VendorId, change: ChangeKind, outcome: Outcome, ms: number): void;
  /** A request from Slack, and how long it waited for its ack. */
  acked(kind: string, ms: number): void;
  /** A form that somebody asked for, and whether Slack opened it. */
  formAsked(result: FormResult): void;
  /** Words for a person that reached them in no way. */
  unheard(): void;
}

/** What became of a form: `late` had a trigger that was over, `unanswered` got no answer from Slack, and is not open. */
export const formResults = ["opened", "late", "unanswered", "refused"] as const;

export type FormResult = (typeof formResults)[number];

/** Every kind of request that Slack sends, as acks are counted. */
export const requestKinds = [
  "command",
  "action",
  "options",
  "shortcut",
  "view_submission",
  "view_closed",
  "event",
] as const;

/** Why a request over HTTP was turned away before it was carried out. */
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
