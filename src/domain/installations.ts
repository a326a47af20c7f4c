import type { Approval } from "./approval.ts";
import type { AuditEvent, ChangeRecord } from "./audit-log.ts";
import type { Connection } from "./connections.ts";

/** What was still to be done by itself in a workspace, and is not done any more. */
export interface CancelledWork {
  /** Changes that were to end by themselves. */
  readonly timed: readonly ChangeRecord[];
  /** Requests for approval that were open, or approved and not carried out. */
  readonly approvals: readonly Approval[];
  /** Reverts of incidents that were under way. */
  readonly reverts: readonly { readonly id: string; readonly incident: string }[];
}

/** What a workspace left behind when it removed Patchbay. */
export interface UninstallSummary extends CancelledWork {
  readonly connections: readonly Connection[];
  /** Changes whose end nobody can look up any more. */
  readonly unsettled: readonly ChangeRecord[];
  /** How many messages waited to be said, and how many people waited for the end of a change. */
  readonly unsaid: number;
  readonly owed: number;
}

/** An installation of Patchbay in Slack as Slack's library wants it back; it holds tokens, so it is a secret. */
export interface StoredInstallation {
  /** Enterprise id for an org-wide install, else team id. */
  readonly key: string;
  readonly installation: unknown;
  /** UTC, ISO 8601. */
  readonly installedAt: string;
}

/** The installations of Patchbay in Slack, sealed, one for each workspace key. */
export interface Installations {
  /**
   * Keeps an installation in the place of an earlier one with the same key. `installedAt` is when the workspace
   * installed it, not when a token was refreshed: `remove` and `wipe` compare with it. With an event it is kept and put
   * on record, both or neither. Throws not_recorded.
   */
  save(key: string, installation: unknown, installedAt: Date, event?: AuditEvent): Promise<void>;
  /**
   * Keeps an installation with an exchanged token in the place of the one of the same time. Returns false, and keeps
   * nothing, when that was removed or installed again meanwhile. Throws not_recorded.
   */
  renew(key: string, installation: unknown, installedAt: Date): Promise<boolean>;
  /** The installation, or undefined. Throws not_connected when none of the server's keys opens the seal. */
  find(key: string): Promise<StoredInstallation | undefined>;
  /**
   * Forgets an installation, unless it is newer than `notAfter`: Slack repeats the news of an uninstall after a
   * reinstall too. Returns whether it was removed. Throws not_recorded.
   */
  remove(key: string, options?: { readonly notAfter?: Date | undefined }): Promise<boolean>;
  /**
   * Forgets, at once or not at all, the installation, every connection of the workspace with its credentials, and what
   * was still to be said or done there; the audit log stays, and gets what `record` says in the same transaction. Changes nothing
   * when the installation is newer than `notAfter`. Returns what was left behind, or undefined when there was nothing to
   * remove. Throws not_recorded.
   */
  wipe(
    key: string,
    options?: {
      readonly notAfter?: Date | undefined;
      readonly record?: (left: UninstallSummary) => readonly AuditEvent[];
    },
  ): Promise<UninstallSummary | undefined>;
  /** Every installation's key and time, by key, without opening any. */
  list(): Promise<readonly Pick<StoredInstallation, "key" | "installedAt">[]>;
}
