import type { Approval, ApprovalMessage, ApprovalState, Decision } from "./approval.ts";
import type { AuditEntry, AuditEvent } from "./audit-log.ts";

/** The requests for approval of one workspace. */
export interface Approvals {
  /** Keeps a new request, with its entry. Throws not_recorded. */
  ask(approval: Pick<Approval, "id" | "asked" | "expiresAt">, event: AuditEvent): Promise<void>;
  /** One request, or undefined. */
  find(id: string): Promise<Approval | undefined>;
  /** Those in a state, oldest first. */
  inState(state: ApprovalState): Promise<readonly Approval[]>;
  /** Those that are open although their time was over by then, oldest first. */
  late(by: Date): Promise<readonly Approval[]>;
  /**
   * Decides an open request, with its entry, once: of two that come at the same time one gets false, and nothing of it is
   * written. Throws not_recorded.
   */
  decide(id: string, decision: Decision, event: AuditEvent): Promise<boolean>;
  /** An approved request was carried out, or refused, and all were told. Throws not_recorded. */
  end(id: string): Promise<void>;
  /** Notes one more message that asks for it. Throws not_recorded. */
  addMessage(id: string, message: ApprovalMessage): Promise<void>;
}

/** The changes of one workspace that were made by break-glass. */
export interface Reviews {
  /** Their `change.requested` entries that no admin has reviewed so far, oldest first. */
  waiting(): Promise<readonly AuditEntry[]>;
}
