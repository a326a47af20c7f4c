import type { AuditEvent } from "./audit-log.ts";
import type { Freeze } from "./freeze.ts";

/** The freezes of one workspace, at most one for each scope. */
export interface Freezes {
  /**
   * All that are kept, oldest first, those too whose time is over. Throws what the database throws: what cannot be read
   * is never taken for none.
   */
  list(): Promise<readonly Freeze[]>;
  /** Keeps a freeze, in the place of an earlier one of the same scope, with its entry. Throws not_recorded. */
  set(freeze: Freeze, event: AuditEvent): Promise<void>;
  /** Forgets one, with its entry. Returns false, and writes nothing, when it is not kept any more. Throws not_recorded. */
  remove(freeze: Freeze, event: AuditEvent): Promise<boolean>;
}
