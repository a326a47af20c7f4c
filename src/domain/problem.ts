import type { Snapshot } from "./change.ts";
import type { ActEnd } from "./act-end.ts";
import type { Freeze } from "./freeze.ts";

/**
 * Every way in which Patchbay can say no, told apart by who can fix it: the person, an admin, the vendor's rules,
 * time, or the one who runs Patchbay (`not_recorded`). What is none of these is a bug and is told as one.
 */
export type ProblemCode =
  | "invalid_input"
  | "nothing_to_change"
  | "already_requested"
  | "conflict"
  | "not_found"
  | "not_allowed"
  | "not_connected"
  | "credentials_rejected"
  | "unsupported"
  | "vendor_refused"
  | "vendor_ignored"
  | "rate_limited"
  | "vendor_unavailable"
  | "vendor_response_unreadable"
  | "frozen"
  | "approval_required"
  | "outcome_unknown"
  | "not_recorded";

/** What a Problem may carry beside its sentence; all of it is safe to show and to log. */
export interface ProblemDetails {
  /** The form input or command part that is at fault. */
  readonly field?: string;
  /** The vendor's HTTP status. */
  readonly vendorStatus?: number;
  /** How long the vendor asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** For `conflict`: what the person saw and what is there now, of the fields that the change would write. */
  readonly seen?: Snapshot;
  readonly now?: Snapshot;
  /** For `not_found`: the nearest things that do exist, as a person would type them. */
  readonly nearest?: readonly string[];
  /** For `frozen`: the order that holds. */
  readonly freeze?: Freeze;
  /** For an act that is over: how it ended. */
  readonly ended?: ActEnd;
  /** For `vendor_unavailable`: whether a list is only being read for the first time. */
  readonly loading?: boolean;
  /** The change or error id that the log has too. */
  readonly id?: string;
}

/**
 * A failure that has words for the person it meets. Its message is one plain sentence saying what happened, never a
 * secret, never a vendor's raw body. It is not for bugs: those stay ordinary errors.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, message: string, details: ProblemDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "Problem";
    this.code = code;
    this.details = details;
  }
}

/** Whether an error is a Problem, of the given code when one is given. */
export function isProblem(error: unknown, code?: ProblemCode): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code);
}
