import type { AuditEvent } from "../audit/audit-log.ts";
import type { Lease } from "../shared/lease.ts";
import type { Destination } from "../notifications/outbox.ts";
import type { NumberKey } from "../numbers/phone-number.ts";

/**
 * The state of a temporary change. `sent`: recorded, outcome not checked yet. `running`: it took effect.
 * `reminded`: people were reminded. `reverting`: it has expired. `over`: nothing is left to do.
 */
export const temporaryChangeStates = ["sent", "running", "reminded", "reverting", "over"] as const;
export type TemporaryChangeState = (typeof temporaryChangeStates)[number];

/** What was already reported about an expired change that could not be reverted yet, so that it is reported once. */
export type ExpiryNote = "waits" | "frozen" | "unreachable" | "unknown" | "clock_off";

/** A temporary change. The audit log has what it changed, under the same id. */
export interface TemporaryChange {
  readonly changeId: string;
  readonly connectionId: string;
  readonly numberId: string;
  readonly state: TemporaryChangeState;
  readonly endsAt: Date;
  /** Its duration in milliseconds; *Extend* adds the same again. */
  readonly durationMs: number;
  readonly remindAt: Date;
  /** When it is to be processed next. */
  readonly dueAt: Date;
  /** The person and conversation that requested it, where its expiry is reported. */
  readonly place: Destination;
  /** The person who reverted it before its expiry, if any. */
  readonly endedBy?: string | undefined;
  /** The id of the change that reverts it, stored before that change starts. */
  readonly revertId?: string | undefined;
  /** The number of attempts to revert it. */
  readonly attempts: number;
  readonly notes: readonly ExpiryNote[];
  /** Increases with every write, to detect concurrent writes. */
  readonly revision: number;
}

/** The part of a temporary change that is stored when it is sent. */
export type NewTemporaryChange = Pick<
  TemporaryChange,
  "changeId" | "connectionId" | "numberId" | "endsAt" | "durationMs" | "remindAt" | "dueAt" | "place"
>;

/** The temporary changes of one workspace. */
export interface TemporaryChanges {
  /**
   * Records a change that is about to be sent together with its expiry, in one transaction, while the
   * leases are held. Throws what `AuditLog.append` throws.
   */
  begin(
    event: AuditEvent<"change.requested">,
    timed: NewTemporaryChange,
    ...leases: readonly Lease[]
  ): Promise<void>;
  /** One temporary change, whatever its state; undefined if that change is permanent. */
  find(changeId: string): Promise<TemporaryChange | undefined>;
  /** Those of one number, or of all, that are not over; the first to expire first. */
  open(number?: NumberKey): Promise<readonly TemporaryChange[]>;
  /**
   * Replaces the state with this revision, with an entry, in one transaction. Returns false, and writes nothing, if
   * another write came first. Throws not_recorded.
   */
  replace(
    temporary: TemporaryChange,
    event?: AuditEvent<`timed.${"kept" | "extended" | "ended" | "left"}`>,
  ): Promise<boolean>;
}
