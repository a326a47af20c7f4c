import type { Anchor, Segment } from "../audit/anchor.ts";
import type { AuditEvent } from "../audit/audit-log.ts";
import type { Actor } from "../shared/actor.ts";

/** A legal hold: nothing of the workspace's audit log is removed, and nobody is erased from it. */
export interface LegalHold {
  readonly by: Actor;
  readonly reason: string;
  /** UTC, ISO 8601. */
  readonly at: string;
}

/** What retiring everything before a time would remove, and why it cannot be done now. */
export interface RetirePlan {
  /** The segments that are not anchored yet, oldest first. */
  readonly segments: readonly Segment[];
  /** Why not, as sentences to show. Empty if nothing stands in the way. */
  readonly obstacles: readonly string[];
  /** The entries that an earlier run has anchored, and that wait to be removed. */
  readonly waiting: number;
  /** How many numbers lose the newest change of their agent, so that drift is not detected until the next one. */
  readonly numbers: number;
}

/** What erasing a person would do. */
export interface ErasePlan {
  /** Whether entries of this person are sealed, so that they can be erased. */
  readonly isSealed: boolean;
  /** How many entries from before people were sealed name them. */
  readonly plain: number;
  /** Why not, as sentences to show. */
  readonly obstacles: readonly string[];
  /** The tables besides the audit log whose rows name them. */
  readonly remains: readonly { readonly table: string; readonly rows: number }[];
}

/** Holds, retires and anchors the audit log of workspaces. The command line uses it, next to running servers. */
export interface Retention {
  hold(workspaceId: string): Promise<LegalHold | undefined>;
  /** Sets a hold, or replaces its reason, together with its entry. */
  setHold(workspaceId: string, hold: LegalHold, event: AuditEvent<"hold.set">): Promise<void>;
  /** Lifts a hold together with its entry. Returns whether there was one. */
  liftHold(workspaceId: string, event: AuditEvent<"hold.lifted">): Promise<boolean>;
  /**
   * What would be retired: everything before this time (UTC, ISO 8601). It reads and checks every entry. Throws an
   * ordinary error with a readable message if the log is not intact.
   */
  plan(workspaceId: string, before: string): Promise<RetirePlan>;
  /** The lines of a segment's file, without their line breaks: what is stored of each entry, before and after it what it is. */
  lines(segment: Segment, anchorLine: string): AsyncIterable<string>;
  /** The line that states that a segment was retired, signed unless there is no key. */
  anchorLine(anchor: Anchor): string;
  /** The Ed25519 signature of a text; undefined if there is no key. */
  sign(text: string): Uint8Array | undefined;
  /** The public key that verifies anchors, in PEM format; undefined if there is no key to sign them with. */
  publicKey(): string | undefined;
  /**
   * Anchors exported segments together with an entry, in the order of the log. Throws not_recorded, and an ordinary error
   * with a readable message if something stands in the way by now.
   */
  anchor(
    workspaceId: string,
    anchorLines: readonly string[],
    event: AuditEvent<"audit.retired">,
  ): Promise<void>;
  planErasure(workspaceId: string, userId: string): Promise<ErasePlan>;
  /**
   * Destroys the key of a person together with an entry that does not name them, and removes their id from what is over.
   * Returns what stands in its place, and what still names them. Throws an ordinary error with a readable message if something
   * stands in the way by now.
   */
  erase(
    workspaceId: string,
    userId: string,
    event: AuditEvent<"person.erased">,
  ): Promise<Pick<ErasePlan, "remains"> & { readonly label: string }>;
  /** Removes the entries that are anchored, in batches, each as a transaction of its own. Yields how many were removed. */
  drop(workspaceId: string): AsyncIterable<number>;
}

/** What the file of a segment shows. */
export interface SegmentReport {
  /** Undefined if the file is no segment. */
  readonly anchor: Anchor | undefined;
  readonly isSigned: boolean;
  readonly entries: number;
  /** What is wrong, as phrases to show. */
  readonly findings: readonly string[];
}

/** Verifies the lines of a segment's file on its own, with public keys in PEM format. Throws for keys that are none. */
export type VerifySegment = (
  lines: AsyncIterable<string>,
  publicKeys: string | undefined,
) => Promise<SegmentReport>;
