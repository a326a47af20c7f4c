import type { Actor } from "./actor.ts";
import type { ChainLink } from "./audit-chain.ts";
import type { ChangeKind, Snapshot } from "./change.ts";
import type { ProblemCode } from "./problem.ts";
import type { VendorId } from "./vendor.ts";

/** What an entry is about. A change has one `change.requested` and then one or more `change.outcome`. */
export type AuditKind =
  | "change.requested"
  | "change.outcome"
  | "change.refused"
  | "action.refused"
  | "connection.added"
  | "connection.tested"
  | "connection.replaced"
  | "connection.removed"
  | "secret.resealed"
  | "workspace.installed"
  | "workspace.uninstalled"
  | "audit.exported"
  | "checkpoints.accepted"
  | "message.dropped"
  | "settings.changed"
  | "freeze.set"
  | "freeze.lifted"
  | "freeze.ended"
  | "protection.set"
  | "protection.lifted"
  | "approval.requested"
  | "approval.approved"
  | "approval.declined"
  | "approval.expired"
  | "breakglass.reviewed"
  | "incident.started"
  | "incident.ended"
  | "incident.reverted"
  | "drift.seen"
  | "timed.kept"
  | "timed.extended"
  | "timed.ended"
  | "timed.left";

/** How a change ended: `unknown` is sent, and no one can tell yet. */
export type Outcome = "applied" | "refused" | "unknown";
export const outcomes = ["applied", "refused", "unknown"] as const satisfies readonly Outcome[];

/** The number that an entry is about, with what it was called at that moment. */
export interface AuditNumber {
  readonly connectionId: string;
  readonly numberId: string;
  readonly e164?: string | undefined;
  readonly name?: string | null | undefined;
}

/** The connection that an entry is about, with what it was called at that moment. Never its key. */
export interface AuditConnection {
  readonly id: string;
  readonly vendor: VendorId;
  readonly name: string;
  readonly fingerprint?: string | undefined;
}

/** What is to be written down. Secrets and names of people are never in it. */
export interface AuditEvent {
  readonly kind: AuditKind;
  readonly actor: Actor;
  /** The request that it came from, the same as in the log. */
  readonly requestId: string;
  readonly connection?: AuditConnection | undefined;
  readonly number?: AuditNumber | undefined;
  /** The change that it belongs to. */
  readonly changeId?: string | undefined;
  readonly change?: ChangeKind | undefined;
  readonly before?: Snapshot | undefined;
  readonly wanted?: Snapshot | undefined;
  readonly after?: Snapshot | undefined;
  /** Words for the ids in before, wanted and after (agent id to agent name), as they were. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly reason?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly problem?: { readonly code: ProblemCode | "bug"; readonly message: string } | undefined;
  readonly vendorStatus?: number | undefined;
  readonly durationMs?: number | undefined;
  /** What else belongs to it, by name: ids, times (UTC, ISO 8601), single words. */
  readonly details?: Readonly<Record<string, string>> | undefined;
}

/** An entry as it stands in the log, tied to the one before it. */
export interface AuditEntry extends AuditEvent, ChainLink {
  /** Grows by one with every entry of the database; pages are cut by it. */
  readonly sequence: number;
  readonly id: string;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly workspaceId: string;
}

/** One change as history tells it: its first entry and, unless it is still under way, its latest outcome. */
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

/** Which entries; newest first. */
export interface AuditQuery {
  readonly number?: { readonly connectionId: string; readonly numberId: string } | undefined;
  /** The change that entries belong to. */
  readonly changeId?: string | undefined;
  /** Text that the E.164, name or vendor id of the number contains. */
  readonly numberText?: string | undefined;
  /** The key of the incident that entries say they belong to. */
  readonly incident?: string | undefined;
  /** UTC, ISO 8601: entries at or after it. */
  readonly since?: string | undefined;
  /** Entries before this sequence: the next page. */
  readonly beforeSequence?: number | undefined;
  /** At most 1,000. */
  readonly limit: number;
}

/** Which entries are to be read whole, oldest first. */
export interface AuditFilter {
  /** Text that the E.164, name or vendor id of the number contains. */
  readonly numberText?: string | undefined;
  /** A Slack user id, or an actor as the log writes it: `system:settle`, `cli:root`. */
  readonly person?: string | undefined;
  /** A kind of entry, or of change (`reassign`). */
  readonly kind?: string | undefined;
  /** UTC, ISO 8601: entries at or after it. */
  readonly since?: string | undefined;
  /** UTC, ISO 8601: entries before it. */
  readonly until?: string | undefined;
  /** Entries behind this sequence. */
  readonly afterSequence?: number | undefined;
  /** Entries up to this sequence, so that reading ends while others append. */
  /** Whether every entry is looked at, and no index: slower, and finds what an index leaves out. */
  readonly scan?: boolean | undefined;
  readonly throughSequence?: number | undefined;
}

/** What an entry is, beside what its event says: which one, when, whose, and which it follows. */
export type EntryFrame = Pick<
  AuditEntry,
  "sequence" | "id" | "at" | "workspaceId" | "position" | "previousHash"
>;

/** The append-only log of one workspace. Opened for that workspace and sees no other. */
export interface AuditLog {
  /**
   * Writes one entry, durably, before it returns. Throws not_recorded when it cannot be written, and already_requested
   * for a second `change.requested` with the same request id.
   */
  append(event: AuditEvent): Promise<EntryFrame>;
  /** Entries, newest first. */
  entries(query: AuditQuery): Promise<readonly AuditEntry[]>;
  /**
   * All entries that a filter lets through, oldest first, read bit by bit. An entry that cannot be read ends the walkthrough with
   * its error, or is passed over where `passOver` is notified of it. Throws invalid_input for what is no time.
   */
  walk(filter: AuditFilter, passOver?: (sequence: number, error: unknown) => void): AsyncIterable<AuditEntry>;
  /** Changes with their latest outcome, newest first. */
  changes(query: AuditQuery): Promise<readonly ChangeRecord[]>;
  /** One change by its id. Throws not_found. */
  change(changeId: string): Promise<ChangeRecord>;
  /** Changes by their ids, in that order, each with whether it was undone; ids that there is no change of are left out. */
  changesWithUndo(changeIds: readonly string[]): Promise<readonly ChangeWithUndo[]>;
  /**
   * Of each number of a connection the newest change of who answers it that took effect, or may have, among its last 200
   * entries; in no order, read bit by bit.
   */
  lastAnswers(connectionId: string): AsyncIterable<ChangeRecord>;
  /** The change that a request asked for and that was sent, if there is one. */
  changeOf(requestId: string): Promise<ChangeRecord | undefined>;
  /** Changes with no outcome yet, or `unknown`, oldest first. */
  unsettled(): Promise<readonly ChangeRecord[]>;
}
