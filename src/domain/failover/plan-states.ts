import type { AuditEvent } from "../audit/audit-log.ts";
import type { Drill, PlanState, Readiness } from "./readiness.ts";

/** What is known about the failover plans of one workspace besides their lists. */
export interface PlanStates {
  /** The states of the plans that there are. */
  list(): Promise<readonly PlanState[]>;
  /** Stores what a check found, and whether the owner was told. Throws not_recorded. */
  noteReadiness(slug: string, found: Readiness, isTold: boolean): Promise<void>;
  /** Stores a drill with its entry. Throws not_recorded. */
  noteDrill(slug: string, drill: Drill, event: AuditEvent<"failover.drilled">): Promise<void>;
}
