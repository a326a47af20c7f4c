import type { Snapshot } from "../numbers/change.ts";
import type { SubjectStatus } from "./subject-status.ts";
import type { Freeze } from "../numbers/freeze.ts";

/**
 * Every reason for which Patchbay refuses or fails. Codes differ by who can fix it: the person, an admin, the vendor,
 * time, or the operator of the server (`not_recorded`). Anything else is a bug and is reported as one.
 */
export const problemCodes = [
  "invalid_input",
  "nothing_to_change",
  "already_requested",
  "conflict",
  "not_found",
  "not_allowed",
  "not_connected",
  "credentials_rejected",
  "unsupported",
  "vendor_refused",
  "vendor_ignored",
  "rate_limited",
  "vendor_unavailable",
  "vendor_response_unreadable",
  "frozen",
  "approval_required",
  "ruled_out",
  "outcome_unknown",
  "not_recorded",
] as const;
export type ProblemCode = (typeof problemCodes)[number];

const codes: ReadonlySet<string> = new Set(problemCodes);

export function isProblemCode(text: string): text is ProblemCode {
  return codes.has(text);
}

/** What to do next, as sentences. Commands are Slack's; `onCommandLine` is for what has buttons in Slack. */
export interface NextStep {
  readonly words: string;
  readonly onCommandLine?: string;
}

/** Details of a Problem besides its message. All of them are safe to show and to log. */
export interface ProblemDetails {
  /** The form input or the part of the command that is invalid. */
  readonly field?: string;
  /** The vendor's HTTP status. */
  readonly vendorStatus?: number;
  /** How long the vendor asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** For `conflict`: the affected fields as the person saw them, and as they are now. */
  readonly seen?: Snapshot;
  readonly now?: Snapshot;
  /** For `not_found`: the closest existing names, as a person would type them. */
  readonly nearest?: readonly string[];
  /** For `frozen`: the freeze that applies. */
  readonly freeze?: Freeze;
  /** What somebody typed that stands at the end of the message, behind “Why:”. It is not recorded with the refusal. */
  readonly why?: string;
  /** For `ruled_out`: the rules that do not allow it, which can be overridden. */
  readonly rules?: readonly { readonly id: string; readonly title: string }[];
  /** What to do, where that is not what the code says, or is nothing. */
  readonly next?: NextStep;
  /** For an action that is over: how it ended. */
  readonly ended?: SubjectStatus;
  /** For `already_requested`: the id of the person who began what goes on instead. */
  readonly startedBy?: string;
  /** For `vendor_unavailable`: whether the list is only loading for the first time. */
  readonly loading?: boolean;
  /** The change id or error id, which is also in the log. */
  readonly id?: string;
}

/**
 * A failure to show to the person it affects. Its message is one plain sentence that says what happened. It never
 * contains a secret or a vendor's raw body. Bugs are ordinary errors, never Problems.
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

export function isProblem(error: unknown, code?: ProblemCode): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code);
}
