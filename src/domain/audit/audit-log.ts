import type { Actor } from "../shared/actor.ts";
import type { AuditDetails } from "./audit-details.ts";
import type { AuditKind } from "./audit-kind.ts";
import type { ChainLink } from "./audit-chain.ts";
import type { ChangeKind, Snapshot } from "../numbers/change.ts";
import type { Lease } from "../shared/lease.ts";
import type { ProblemCode } from "../problem/problem.ts";
import type { VendorId } from "../vendor/vendor.ts";

/** The outcome of a change. `unknown`: it was sent, and the result is not known yet. */
export type Outcome = "applied" | "refused" | "unknown";
export const outcomes = ["applied", "refused", "unknown"] as const satisfies readonly Outcome[];

/** The number of an entry, with its names at that time. */
export interface AuditNumber {
  readonly connectionId: string;
  readonly numberId: string;
  readonly e164?: string | undefined;
  readonly name?: string | null | undefined;
}

/** The connection of an entry, with its name at that time. It never contains the API key. */
export interface AuditConnection {
  readonly id: string;
  readonly vendor: VendorId;
  readonly name: string;
  readonly fingerprint?: string | undefined;
}

/** What to record. It never contains secrets or people's names. */
export interface AuditEvent<Kind extends AuditKind = AuditKind> {
  readonly kind: Kind;
  readonly actor: Actor;
  /** The id of the request, the same as in the log. */
  readonly requestId: string;
  readonly connection?: AuditConnection | undefined;
  readonly number?: AuditNumber | undefined;
  /** The change that the entry belongs to, or the override of a rule. */
  readonly changeId?: string | undefined;
  readonly change?: ChangeKind | undefined;
  readonly before?: Snapshot | undefined;
  readonly wanted?: Snapshot | undefined;
  readonly after?: Snapshot | undefined;
  /** Names for the ids in `before`, `wanted` and `after` at that time. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly reason?: string | undefined;
  /** The Slack user whose words the reason is, if not the actor's. It is not stored. */
  readonly reasonOf?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly problem?: { readonly code: ProblemCode | "bug"; readonly message: string } | undefined;
  readonly vendorStatus?: number | undefined;
  readonly durationMs?: number | undefined;
  /** Further details by name. */
  readonly details?: AuditDetails<Kind> | undefined;
}

/** A stored entry, linked to the one before it. */
export interface AuditEntry extends AuditEvent, ChainLink {
  /** Increases by one with every entry of the database. Paging uses it. */
  readonly sequence: number;
  readonly id: string;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly workspaceId: string;
}

/** A change: its first entry and its latest outcome, if there is one. */
export interface ChangeRecord {
  /** `change.requested`, or `change.refused` for one that was never sent. */
  readonly requested: AuditEntry;
  readonly outcome: AuditEntry | undefined;
}

/** A change, and whether it was undone. */
export interface ChangeWithUndo {
  readonly record: ChangeRecord;
  /** Whether the newest later change of one of its fields, among the number's last 100 that were sent, is its undo. */
  readonly undone: boolean;
}

/** Which entries to return, newest first. */
export interface AuditQuery {
  readonly number?: { readonly connectionId: string; readonly numberId: string } | undefined;
  /** Only entries of this change. */
  readonly changeId?: string | undefined;
  /** Text that the E.164, name or vendor id of the number contains. */
  readonly numberText?: string | undefined;
  /** Only entries of the incident with this key. */
  readonly incident?: string | undefined;
  /** UTC, ISO 8601: entries at or after it. */
  readonly since?: string | undefined;
  /** Entries before this sequence, for the next page. */
  readonly beforeSequence?: number | undefined;
  /** At most 1,000. */
  readonly limit: number;
}

/** Which entries to read, oldest first. */
export interface AuditFilter {
  /** Text that the E.164, name or vendor id of the number contains. */
  readonly numberText?: string | undefined;
  /** A Slack user id, or an actor in the log's notation: `system:settle`, `cli:root`. */
  readonly person?: string | undefined;
  /** A kind of entry, or of change (`reassign`). */
  readonly kind?: string | undefined;
  /** UTC, ISO 8601: entries at or after it. */
  readonly since?: string | undefined;
  /** UTC, ISO 8601: entries before it. */
  readonly until?: string | undefined;
  /** Entries after this sequence. */
  readonly afterSequence?: number | undefined;
  /** Entries up to this sequence, so that reading stops while others append. */
  /** Whether to read every entry instead of using an index: slower, and it finds entries that an index leaves out. */
  readonly scan?: boolean | undefined;
  readonly throughSequence?: number | undefined;
}

/** An entry without its event: id, time, workspace and place in the chain. */
export type EntryFrame = Pick<
  AuditEntry,
  "sequence" | "id" | "at" | "workspaceId" | "position" | "previousHash"
>;

/** The append-only log of one workspace. It has no access to another workspace's log. */
export interface AuditLog {
  /**
   * Writes one entry durably before it returns; with leases, only while nobody else has taken those locks. Throws
   * not_recorded if it cannot be written, and already_requested for a second `change.requested` with the same request
   * id.
   */
  append<Kind extends AuditKind>(event: AuditEvent<Kind>, ...leases: readonly Lease[]): Promise<EntryFrame>;
  /**
   * Writes an outcome of a change, unless its outcome is final; with leases, only while nobody else has taken those
   * locks. Returns whether it did. Throws not_recorded.
   */
  settle(
    event: AuditEvent<"change.outcome"> & { readonly changeId: string },
    ...leases: readonly Lease[]
  ): Promise<boolean>;
  /** Entries, newest first. */
  entries(query: AuditQuery): Promise<readonly AuditEntry[]>;
  /**
   * The entries that match a filter, oldest first, read in batches. An unreadable entry throws, unless `passOver`
   * is given: then that is called and the entry skipped. Throws invalid_input for an invalid time.
   */
  walk(filter: AuditFilter, passOver?: (sequence: number, error: unknown) => void): AsyncIterable<AuditEntry>;
  /** Changes with their latest outcome, newest first. */
  changes(query: AuditQuery): Promise<readonly ChangeRecord[]>;
  /** One change by its id. Throws not_found. */
  change(changeId: string): Promise<ChangeRecord>;
  /** Changes by their ids, in that order, and whether each was undone. Unknown ids are left out. */
  changesWithUndo(changeIds: readonly string[]): Promise<readonly ChangeWithUndo[]>;
  /**
   * For each number of a connection, the newest change of its agent that took effect or may have, among the
   * number's last 200 entries. In no order, read in batches.
   */
  lastAnswers(connectionId: string): AsyncIterable<ChangeRecord>;
  /** The change that this request sent, if any. */
  changeOf(requestId: string): Promise<ChangeRecord | undefined>;
  /** Changes without a known outcome, oldest first. */
  unsettled(): Promise<readonly ChangeRecord[]>;
}
