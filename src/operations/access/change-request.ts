import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import type { Expiry } from "../../domain/changes/expiry.ts";
import type { Change, Snapshot } from "../../domain/numbers/change.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { ReplyTarget } from "../../domain/notifications/reply-target.ts";

/** Why a change may be made although the number is frozen or protected. It is verified at the moment of the change. */
export type Override =
  /** Another person approved exactly this change. */
  | { readonly kind: "approval"; readonly approvalId: string }
  /** It reverts an earlier approved change at the expiry that was approved with it. For background jobs. */
  | { readonly kind: "approved_expiry"; readonly changeId: string }
  /** It is a step of a run that was approved: with its plan, by a request, or with the change that it takes back. */
  | { readonly kind: "run"; readonly runId: string; readonly position: number }
  /** The person broke glass: no approval, or in spite of a freeze, followed by a review. */
  | { readonly kind: "break_glass" };

/** How the audit log shows that a change was approved, by one person or by two. */
export interface ApprovedDetails {
  readonly approval: string;
  readonly approvedBy: string;
  readonly alsoApprovedBy?: string;
}

/** How the audit log shows that these people approved a change; undefined if it was nobody. */
export function approvedDetails(
  approval: string,
  approvers: readonly { readonly name: string }[],
): ApprovedDetails | undefined {
  const [first, second] = approvers;
  if (!first) return undefined;
  return { approval, approvedBy: first.name, ...(second ? { alsoApprovedBy: second.name } : {}) };
}

/**
 * What a program saw, where it knows more than the fields that the change writes: an ETag stands for the whole state. The
 * pipeline's own read is compared with it, so it costs no read besides.
 */
export interface Precondition {
  /** Whether a number in this state is as the program saw it. */
  holds(now: Snapshot): boolean;
  /** The state that the program saw, if it is known. */
  readonly seen: Snapshot | undefined;
}

/** What was on record of a number when a run was shown, or a change was requested. */
export interface RecordSeen {
  /** The sequence of its newest change; 0 if it had none. */
  readonly sequence: number;
  /** The run: its own changes are no news. */
  readonly runId?: string | undefined;
}

/** A requested change, with what the person saw when they decided. */
export interface ChangeRequest {
  /** The id of the change, if the caller needs to know it beforehand. */
  readonly changeId?: string | undefined;
  readonly key: NumberKey;
  readonly change: Change;
  /** The number as the person saw it. The fields that the change writes must not have changed since. */
  readonly seen: Snapshot;
  /** What must hold besides. */
  readonly precondition?: Precondition | undefined;
  /** A newer change than that is a conflict, even if the number is as it was again. */
  readonly recordSeen?: RecordSeen | undefined;
  /** Nothing is recorded or sent after that moment: the program that asked has been told that it was lost. */
  readonly notAfter?: Date | undefined;
  readonly reason?: string | undefined;
  /** When it expires. The number is then restored unless it was changed since. */
  readonly ends?: Expiry | undefined;
  /** Further details for its audit entries, by name. */
  readonly details?: ChangeDetails | undefined;
  /** Where it was requested, so that the person can be notified later, even by another process. */
  readonly replyTo?: ReplyTarget | undefined;
  /** Why it may be made although the number is frozen or protected. */
  readonly override?: Override | undefined;
}
