import type { AuditEvent } from "../../domain/audit-log.ts";
import type { Expiry } from "../../domain/expiry.ts";
import type { Change, Snapshot } from "../../domain/change.ts";
import type { NumberKey } from "../../domain/phone-number.ts";
import type { ReplyTarget } from "../../domain/notification.ts";

/** Why a change may pass where the number is frozen or protected. Whether it holds is judged at the moment of the act. */
export type Override =
  /** Another person approved exactly this change. */
  | { readonly kind: "approval"; readonly approvalId: string }
  /** It puts back, at the end that was approved with it, what this earlier change had changed. For background jobs. */
  | { readonly kind: "approved_end"; readonly changeId: string }
  /** Somebody chose to do it without anybody's approval, or in spite of a freeze, and to answer for it. */
  | { readonly kind: "break_glass" };

/** A change that somebody wants, with what they saw when they decided on it. */
export interface ChangeRequest {
  /** The id that the change is to have, from the person who has to know it beforehand. */
  readonly changeId?: string | undefined;
  readonly key: NumberKey;
  readonly change: Change;
  /** The number as the person saw it; a field the change writes must not have moved since. */
  readonly seen: Snapshot;
  readonly reason?: string | undefined;
  /** When it is to end by itself; the number is then given back if it is still as this change left it. */
  readonly ends?: Expiry | undefined;
  /** What else its entries in the audit log say, by name. */
  readonly details?: AuditEvent["details"];
  /** Where it was asked, so that the person can be told later too, by another process if need be. */
  readonly replyTo?: ReplyTarget | undefined;
  /** What lets it pass where the number is frozen or protected. */
  readonly override?: Override | undefined;
}
