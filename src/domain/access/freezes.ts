import type { AuditEvent } from "../audit/audit-log.ts";
import type { Freeze } from "../numbers/freeze.ts";

/** The freezes of one workspace, at most one for each scope. */
export interface Freezes {
  /**
   * All stored freezes, oldest first, including expired ones. A database error is thrown: unreadable freezes never
   * count as none.
   */
  list(): Promise<readonly Freeze[]>;
  /** Stores a freeze with its entry, and replaces an earlier one of the same scope. Throws not_recorded. */
  set(freeze: Freeze, event: AuditEvent<"freeze.set">): Promise<void>;
  /**
   * Removes a freeze with an entry. Returns false, and writes nothing, if this freeze is no longer stored. Throws
   * not_recorded.
   */
  remove(freeze: Freeze, event: AuditEvent<"freeze.lifted" | "freeze.ended">): Promise<boolean>;
}
