import type { AuditEvent } from "../audit/audit-log.ts";
import type { Scope } from "../numbers/scope.ts";

/** A number, or all numbers of a connection, that can only be changed with another person's approval. */
export interface Protection extends Scope {
  /** What is protected, with its name at that time. */
  readonly title: string;
  /** UTC, ISO 8601. */
  readonly at: string;
}

/** The protections of one workspace, at most one for each scope. */
export interface Protections {
  /** All protections, oldest first. A database error is thrown: unreadable protections never count as none. */
  list(): Promise<readonly Protection[]>;
  /** Stores a protection with its entry. Throws not_recorded. */
  set(protection: Protection, event: AuditEvent<"protection.set">): Promise<void>;
  /**
   * Removes a protection with an entry. Returns false, and writes nothing, if it is no longer stored. Throws
   * not_recorded.
   */
  remove(scope: Scope, event: AuditEvent<"protection.lifted">): Promise<boolean>;
}
