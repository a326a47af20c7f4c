import type { AuditEvent } from "../audit/audit-log.ts";
import type { PlanApproval } from "./plan-approval.ts";
import type { Drill, PlanState, Readiness } from "./readiness.ts";

/** What is known about the failover plans of one workspace besides their lists. */
export interface PlanStates {
  /** The states of the plans that there are. */
  list(): Promise<readonly PlanState[]>;
  /** The state of one plan, if anything is known about it. */
  find(slug: string): Promise<PlanState | undefined>;
  /** Stores what a check found, and whether the owner was told. Throws not_recorded. */
  noteReadiness(slug: string, found: Readiness, isTold: boolean): Promise<void>;
  /** Stores a drill with its entry. Throws not_recorded. */
  noteDrill(slug: string, drill: Drill, event: AuditEvent<"failover.drilled">): Promise<void>;
  /**
   * Stores the approval of the present revision of a plan, in place of an earlier one, with its entry. Throws not_found,
   * conflict if it is another revision than the present one, and not_recorded.
   */
  approve(slug: string, approval: PlanApproval, event: AuditEvent<"plan.approved">): Promise<void>;
}
