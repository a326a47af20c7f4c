import type { Actor } from "../shared/actor.ts";

/** How the action behind a message's buttons ended, or how it has changed since the message was posted. */
export interface SubjectStatus {
  readonly how:
    | "kept"
    | "extended"
    /** The revert is running: somebody asked for it now, or the change has expired. */
    | "reverting"
    | "reverted"
    /** The change expired, and the number was not restored. */
    | "left"
    | "undone"
    | "superseded"
    /** An earlier attempt had not taken effect, and the change was made later or proved to be in place. */
    | "made"
    | "approved"
    | "declined"
    | "withdrawn"
    | "expired"
    | "unfrozen"
    | "freeze_expired"
    /** The same scope was frozen again. */
    | "refrozen"
    | "unprotected"
    | "incident_ended"
    | "reviewed"
    | "disconnected"
    | "drift_gone";
  readonly by?: Actor | undefined;
  /** UTC, ISO 8601. */
  readonly at?: string | undefined;
  /** For `extended`: the new expiry. For `refrozen`: when the new freeze expires. UTC, ISO 8601. */
  readonly until?: string | undefined;
  /** The id of the change that ended it. */
  readonly changeId?: string | undefined;
  /** The reason, as a complete sentence. */
  readonly why?: string | undefined;
}
