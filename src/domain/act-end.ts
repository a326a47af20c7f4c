import type { Actor } from "./actor.ts";

/** How an act ended, or what has become of it since a message notified of it. */
export interface ActEnd {
  readonly how:
    | "kept"
    | "extended"
    /** Somebody has asked to revert it now, or its time has come, and that is under way. */
    | "reverting"
    | "reverted"
    /** Its time came, and the number was not put back. */
    | "left"
    | "undone"
    | "superseded"
    /** A change that had not taken effect was made since, or turned out to be made. */
    | "made"
    | "approved"
    | "declined"
    | "withdrawn"
    | "expired"
    | "unfrozen"
    | "freeze_expired"
    /** The same was frozen anew. */
    | "refrozen"
    | "unprotected"
    | "incident_ended"
    | "reviewed"
    | "disconnected"
    | "drift_gone";
  readonly by?: Actor | undefined;
  /** UTC, ISO 8601. */
  readonly at?: string | undefined;
  /** For `extended`: when it reverts now; for `refrozen` when that is over. UTC, ISO 8601. */
  readonly until?: string | undefined;
  /** The change that did it. */
  readonly changeId?: string | undefined;
  /** Why, in a sentence of its own. */
  readonly why?: string | undefined;
}
