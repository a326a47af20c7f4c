import type { AuditEvent } from "./audit-log.ts";
import type { Destination } from "./outbox.ts";
import type { NumberKey } from "./phone-number.ts";

/**
 * Where a change that ends by itself stands. `sent`: on record, and its outcome not looked at yet. `running`: it took
 * effect. `reminded`: so were its people. `reverting`: its end has come. `over`: nothing is to be done any more.
 */
export const temporaryChangeStates = ["sent", "running", "reminded", "reverting", "over"] as const;
export type TemporaryChangeState = (typeof temporaryChangeStates)[number];

/** What was said at the end of a change that could not be given back at once, so that it is not said again. */
export type ExpiryNote = "waits" | "frozen" | "unreachable" | "unknown" | "clock_off";

/** A change that ends by itself. What it changed is in the audit log, under its id. */
export interface TemporaryChange {
  readonly changeId: string;
  readonly connectionId: string;
  readonly numberId: string;
  readonly state: TemporaryChangeState;
  readonly endsAt: Date;
  /** For how long it was made, in milliseconds; *Extend* adds as much. */
  readonly lastsMs: number;
  readonly remindAt: Date;
  /** When it is to be looked at next. */
  readonly dueAt: Date;
  /** Who asked for it and where, which is where its end is told. */
  readonly place: Destination;
  /** Who asked for its end before its time, if anybody did. */
  readonly endedBy?: string | undefined;
  /** The change that gives the number back; noted before that is begun. */
  readonly revertId?: string | undefined;
  /** How often giving it back was tried. */
  readonly tries: number;
  readonly notes: readonly ExpiryNote[];
  /** Grows with every write, so that of two that know the same state one comes second. */
  readonly revision: number;
}

/** What is kept of a change that ends by itself when it is sent. */
export type NewTemporaryChange = Pick<
  TemporaryChange,
  "changeId" | "connectionId" | "numberId" | "endsAt" | "lastsMs" | "remindAt" | "dueAt" | "place"
>;

/** The changes of one workspace that end by themselves. */
export interface TemporaryChanges {
  /**
   * Writes the record of a change that is about to be sent together with its end: both or neither. Throws what
   * `AuditLog.append` throws.
   */
  begin(event: AuditEvent, timed: NewTemporaryChange): Promise<void>;
  /** One by the id of its change, over or not; undefined where that change has no end. */
  find(changeId: string): Promise<TemporaryChange | undefined>;
  /** Those of one number, or of all, that are not over, the first to end first. */
  open(number?: NumberKey): Promise<readonly TemporaryChange[]>;
  /**
   * Puts a newer state in place of the one with that revision, with an entry that tells of it, both or neither. False,
   * and nothing written, when another write came first. Throws not_recorded.
   */
  replace(timed: TemporaryChange, event?: AuditEvent): Promise<boolean>;
}

/** A change whose time has come for a look. */
export interface DueTemporaryChange {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly changeId: string;
}
