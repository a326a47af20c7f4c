import type { Actor } from "../shared/actor.ts";
import type { AuditEvent } from "../audit/audit-log.ts";
import type { Plan, SavedPlan } from "./plan.ts";

/** Who saves or removes a plan, and by which request. */
export type PlanEvent = Pick<AuditEvent, "requestId"> & { readonly actor: Actor };

/** A stored plan that cannot be read: another version of Patchbay saved it, or its row was altered. */
export type UnreadablePlan = Pick<SavedPlan, "revision"> & Pick<Plan, "slug">;

/** Why a plan or a rule cannot be read, as a sentence. */
export const whyUnreadable = "Another version of Patchbay saved it, or its row was altered.";

/** The failover plans of one workspace. */
export interface Plans {
  /** All plans that can be read, by slug. */
  list(): Promise<readonly SavedPlan[]>;
  /** The same, and the others, which can be removed and saved again. */
  listReadable(): Promise<{
    readonly plans: readonly SavedPlan[];
    readonly unreadable: readonly UnreadablePlan[];
  }>;
  /** One plan. Throws not_found, with the slugs that there are, if it does not exist or cannot be read. */
  get(slug: string): Promise<SavedPlan>;
  /**
   * Stores a plan with its entry, as the next revision. With `expected`, only over that revision (0: a new plan); throws
   * conflict otherwise. Throws invalid_input if the workspace has too many plans, and not_recorded.
   */
  save(plan: Plan, by: PlanEvent, expected?: number): Promise<SavedPlan>;
  /** Removes exactly this revision, with its entry. Throws not_found, conflict and not_recorded. */
  remove(slug: string, revision: number, by: PlanEvent): Promise<void>;
}
