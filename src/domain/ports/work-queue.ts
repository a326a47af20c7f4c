import type { VendorId } from "../vendor/vendor.ts";

/** How long a claim lasts unless it is renewed, in milliseconds. */
export const leaseMs = 60_000;

/** What a piece of work does. The servers of one database share the work of each kind. */
export type WorkKind =
  /** Processes a temporary change: reminds people of its expiry, and reverts it. */
  | "expiry"
  /** Executes a confirmed run, and reports its changes of state. */
  | "run"
  /** Reminds people of a run that is paused, or whose end has come. */
  | "run_reminder"
  /** Asks the approvers for an approval. */
  | "approval_request"
  /** Pages an approver on call who has not decided yet. */
  | "approval_page"
  /** Closes a page at the on-call tool once the request is decided. */
  | "page_closing"
  /** Makes an approved change and reports it. */
  | "approved_change"
  /** Expires a request for approval. */
  | "approval_expiry"
  /** Tells admins of a change that was made by break-glass on the command line. */
  | "break_glass"
  /** Ends a timed freeze. */
  | "freeze_expiry"
  /** Removes a token of the HTTP API that has expired. */
  | "token_expiry"
  /** Finds out the outcome of a change. */
  | "outcome"
  /** Looks who answered the first calls after a change. */
  | "first_call"
  /** Reports the outcome of a change to the person who waits for it, if the server that made it does not. */
  | "notification"
  /** Delivers the stored messages of a destination. */
  | "outbox"
  /** Sends new audit entries to a webhook. */
  | "webhook"
  /** Tells people what alerts propose, and that they are resolved. */
  | "alert_proposal"
  /** Reminds a person of numbers that are still on their fallback. */
  | "alert_reminder"
  /** Writes the result of a run or a change into the timeline of the source. */
  | "alert_note"
  /** Signs checkpoints of all audit logs. */
  | "checkpoint"
  /** Checks whether a failover plan could be run. */
  | "plan_readiness"
  /** Checks a connection of this vendor for drift. */
  | `drift_${VendorId}`;

/** A piece of work: at most one of its kind for each item of a workspace. */
export interface WorkItem {
  readonly kind: WorkKind;
  readonly workspaceId: string;
  readonly itemId: string;
}

/** A piece of work that one server has claimed, so that no other one does it meanwhile. */
export interface WorkClaim extends WorkItem {
  /** The number of times that it was scheduled when it was claimed. */
  readonly version: number;
  /** The number of attempts since the last one that succeeded, with this one. */
  readonly attempts: number;
}

/** How much work to claim. */
export interface ClaimOptions {
  readonly limit: number;
  /** The most pieces of one lane of a workspace that all servers together work on at once. */
  readonly perLane: number;
  /** How long the claims last unless renewed, in milliseconds. */
  readonly leaseMs: number;
}

/** When finished work is due again. */
export interface Reschedule {
  readonly dueInMs: number;
  /** Whether this attempt failed, so that the next one counts as another attempt. */
  readonly hasFailed?: boolean | undefined;
  /** Whether it could not be attempted, so that this one does not count: the database failed, for example. */
  readonly isUncounted?: boolean | undefined;
}

/**
 * The work that is due, now or later, in all workspaces. The store schedules a piece in the transaction that writes the
 * state it stands for, and removes it in the one that ends that state. The database's clock decides what is due and
 * how long a claim lasts, because the clocks of several servers differ.
 */
export interface WorkQueue {
  /** Whether other servers may take part. */
  readonly isShared: boolean;
  /** Schedules a piece for now that no state stands for, unless it is scheduled. Throws not_recorded. */
  ensure(item: WorkItem): Promise<void>;
  /**
   * Claims due work of a kind: the first piece of every lane and workspace before the second of any, the longest due
   * first. No two servers get the same piece. What a server held that has ended is due again when its claim is over.
   */
  claim(kind: WorkKind, options: ClaimOptions): Promise<readonly WorkClaim[]>;
  /** Claims this piece if it is due and nobody works on it; then `own` holds it. */
  take(item: WorkItem, leaseMs: number): Promise<void>;
  /** Prolongs the claim that this server took when it scheduled the piece; undefined if it does not hold it. */
  own(item: WorkItem, leaseMs: number): Promise<WorkClaim | undefined>;
  /** How many pieces of its kind and workspace come before a piece in these lanes, its own lane last. */
  ahead(item: WorkItem, lanes: readonly string[]): Promise<number>;
  /** Prolongs claims of one kind, and returns those that this server still holds. */
  renew(claims: readonly WorkClaim[], leaseMs: number): Promise<readonly WorkClaim[]>;
  /**
   * Ends a claim: removes the piece, or makes it due again. If it was scheduled again since it was claimed, it stays as
   * that says. Does nothing if this server no longer holds it. Returns whether it is due again as given here. Throws
   * not_recorded.
   */
  finish(claim: WorkClaim, again?: Reschedule): Promise<boolean>;
  /**
   * Makes a finished piece due that this server was to wait for, and has: somebody may have set the clock of its machine
   * meanwhile. Does nothing if other servers may use the database, whose clock counts then. Throws not_recorded.
   */
  hasten(claim: WorkClaim): Promise<void>;
  /**
   * Ends the claims of earlier servers at once, and makes everything of these kinds due, if no other server can use this
   * database. Throws not_recorded.
   */
  takeOver(kinds: readonly WorkKind[]): Promise<void>;
}
