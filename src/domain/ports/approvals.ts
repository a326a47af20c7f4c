import type { ApprovalCount } from "../access/protection.ts";
import type {
  Approval,
  ApprovalMessage,
  ApprovalState,
  Decision,
  GivenApproval,
} from "../changes/approval.ts";
import type { AuditEntry, AuditEvent } from "../audit/audit-log.ts";

/** The approval requests of one workspace. */
export interface Approvals {
  /**
   * Stores a new request with its entry, and claims for this process to ask the approvers. While it is open, approvers on call
   * are paged at these times, one after the other. Throws not_recorded.
   */
  ask(
    approval: Pick<Approval, "id" | "asked" | "expiresAt" | "wanted">,
    event: AuditEvent<"approval.requested">,
    pageAt?: readonly Date[],
  ): Promise<void>;
  /** One request, or undefined. */
  find(id: string): Promise<Approval | undefined>;
  /** The requests in a state, oldest first. */
  inState(state: ApprovalState): Promise<readonly Approval[]>;
  /**
   * Stores the first of the approvals that an open request wants, once, with its entry, and claims for this process to ask the
   * next approver. Pages that were due are cancelled, and new ones are scheduled at these times. Of two simultaneous first
   * approvals, one returns false and writes nothing. Throws not_recorded.
   */
  approveFirst(
    id: string,
    first: GivenApproval,
    wanted: Exclude<ApprovalCount, 1>,
    event: AuditEvent<"approval.approved">,
    pageAt?: readonly Date[],
  ): Promise<boolean>;
  /**
   * Decides an open request once, with its entry. Of two simultaneous decisions, one returns false and writes
   * nothing; so does an approval of a request that wants another one before it. If it is approved, this process claims the
   * change. Throws not_recorded.
   */
  decide(
    id: string,
    decision: Decision,
    event: AuditEvent<`approval.${Decision["state"]}`>,
  ): Promise<boolean>;
  /**
   * Marks an approved request as completed: it was executed or refused, and everyone was notified. Throws
   * not_recorded.
   */
  end(id: string): Promise<void>;
  /** Adds a message that asks for this approval, and notes whom it asked. Throws not_recorded. */
  addMessage(id: string, message: ApprovalMessage): Promise<void>;
}

/** The uses of break glass in one workspace: changes, and overrides of rules. */
export interface Reviews {
  /**
   * The `change.requested` and `rule.overridden` entries that no admin has reviewed, oldest first. The changes of a run in
   * spite of a rule are reviewed with the override, as one.
   */
  waiting(): Promise<readonly AuditEntry[]>;
  /** How many changes a person made in spite of a rule because of an override, which is given by its entry. */
  madeInSpite(override: AuditEntry): Promise<number>;
}
