import type { AuditEvent } from "./audit-log.ts";
import type { Scope } from "./scope.ts";

/** A number, or all numbers of a connection, that nobody changes without another person's approval. */
export interface Protection extends Scope {
  /** What is protected, in plain words as they were. */
  readonly title: string;
  /** UTC, ISO 8601. */
  readonly at: string;
}

/** What is protected in one workspace, at most once for each scope. */
export interface Protections {
  /** All, oldest first. Throws what the database throws: what cannot be read is never taken for none. */
  list(): Promise<readonly Protection[]>;
  /** Keeps one, with its entry. Throws not_recorded. */
  set(protection: Protection, event: AuditEvent): Promise<void>;
  /** Forgets one, with its entry. Returns false, and writes nothing, when it is not kept any more. Throws not_recorded. */
  remove(scope: Scope, event: AuditEvent): Promise<boolean>;
}
