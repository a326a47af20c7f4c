import type { AuditEvent } from "../audit/audit-log.ts";
import type { NumberKey } from "../numbers/phone-number.ts";
import { covers, type Scope } from "../numbers/scope.ts";

/** How many approvals a protection can want, each of another person. */
export const approvalCounts = [1, 2] as const;
export type ApprovalCount = (typeof approvalCounts)[number];

/** A number, or all numbers of a connection, that can only be changed with the approval of other people. */
export interface Protection extends Scope {
  /** What is protected, with its name at that time. */
  readonly title: string;
  /** How many approvals a change wants. */
  readonly approvals: ApprovalCount;
  /** UTC, ISO 8601. */
  readonly at: string;
}

/** How many approvals a change of a number wants: the most that any protection of it wants, 0 without one. */
export function approvalsWanted(protections: readonly Protection[], key: NumberKey): 0 | ApprovalCount {
  let wanted: 0 | ApprovalCount = 0;
  for (const protection of protections)
    if (covers(protection, key) && protection.approvals > wanted) wanted = protection.approvals;
  return wanted;
}

/** Who must approve something protected, within a sentence. */
export function otherPeople(approvals: 0 | ApprovalCount): string {
  return approvals === 2 ? "two other people" : "someone else";
}

/** The protections of one workspace, at most one for each scope. */
export interface Protections {
  /** All protections, oldest first. A database error is thrown: unreadable protections never count as none. */
  list(): Promise<readonly Protection[]>;
  /** Stores a protection with its entry, in the place of the one of its scope. Throws not_recorded. */
  set(protection: Protection, event: AuditEvent<"protection.set">): Promise<void>;
  /**
   * Removes a protection with an entry. Returns false, and writes nothing, if it is no longer stored. Throws
   * not_recorded.
   */
  remove(scope: Scope, event: AuditEvent<"protection.lifted">): Promise<boolean>;
}
