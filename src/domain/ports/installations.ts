import type { Approval } from "../changes/approval.ts";
import type { Run } from "../runs/run.ts";
import type { AuditEvent, ChangeRecord } from "../audit/audit-log.ts";
import type { Connection } from "../connections/connections.ts";

/** Pending work that an uninstall cancelled. */
export interface CancelledWork {
  /** Temporary changes. */
  readonly timed: readonly ChangeRecord[];
  /** Approval requests that were open, or approved and not executed. */
  readonly approvals: readonly Approval[];
  /** Runs that were not over. */
  readonly runs: readonly Omit<Run, "steps">[];
  /** Changes whose outcome can no longer be read from a vendor. */
  readonly unsettled: readonly ChangeRecord[];
}

/** How much of everything an uninstall removed and cancelled. */
export type UninstallCounts = Readonly<Record<keyof CancelledWork | "connections", number>> & {
  /** Undelivered messages, and people waiting for the outcome of a change. */
  readonly undelivered: number;
  readonly unreported: number;
};

/** What an uninstall removed and cancelled in one transaction. */
export interface UninstallBatch extends CancelledWork {
  readonly connections: readonly Connection[];
  /** All that the uninstall came to, with its last batch; undefined before. */
  readonly total: UninstallCounts | undefined;
}

/** What an uninstall removed from a workspace. */
export interface UninstallSummary {
  readonly connections: readonly Connection[];
  readonly total: UninstallCounts;
}

/** An installation as Slack's library returns it. It contains tokens, so it is a secret. */
export interface StoredInstallation {
  /** Enterprise id for an org-wide install, else team id. */
  readonly key: string;
  readonly installation: unknown;
  /** UTC, ISO 8601. */
  readonly installedAt: string;
}

/** The installations of Patchbay in Slack, encrypted, one for each workspace. */
export interface Installations {
  /**
   * Stores an installation and replaces an earlier one with the same key. `installedAt` is the time of the
   * installation, not of a token refresh: `remove` and `wipe` compare with it. The event is recorded in the same
   * transaction. Throws not_recorded.
   */
  save(key: string, installation: unknown, installedAt: Date, event?: AuditEvent): Promise<void>;
  /**
   * Stores an installation with a refreshed token if the installation of that time still exists. Returns false, and
   * stores nothing, if it was removed or installed again meanwhile. Throws not_recorded.
   */
  renew(key: string, installation: unknown, installedAt: Date): Promise<boolean>;
  /** One installation. Throws not_connected if none of the server's keys can decrypt it. */
  find(key: string): Promise<StoredInstallation | undefined>;
  /**
   * Removes an installation, unless it is newer than `notAfter`: Slack may repeat an uninstall event after a
   * reinstall. Returns whether it was removed. Throws not_recorded.
   */
  remove(key: string, options?: { readonly notAfter?: Date | undefined }): Promise<boolean>;
  /**
   * Removes, in one transaction, the installation, every connection with its credentials, and the messages of the
   * workspace. Then cancels all pending work, of very much a batch in each transaction. The audit log stays and gets, with
   * each batch, the entries that `record` returns for it. Changes nothing if the installation is newer than `notAfter`.
   * Calling it again finishes what was interrupted. Returns what was removed, or undefined if there was nothing. Throws
   * not_recorded.
   */
  wipe(
    key: string,
    options?: {
      readonly notAfter?: Date | undefined;
      readonly record?: (batch: UninstallBatch) => readonly AuditEvent[];
    },
  ): Promise<UninstallSummary | undefined>;
  /** The workspaces with pending work and neither an installation nor a connection: their `wipe` was interrupted. */
  interrupted(): Promise<readonly string[]>;
  /**
   * Marks the state of an installation by OAuth as used. Returns false if it was used before, on any server, within
   * half an hour. Throws not_recorded.
   */
  claimState(id: string): Promise<boolean>;
  /**
   * The time from which a workspace has had this bot token: the first `at` that was given for it. A workspace that
   * installs Patchbay again gets another token. Throws not_recorded.
   */
  botTokenSince(key: string, botToken: string, at: Date): Promise<Date>;
  /** The key and time of every installation, ordered by key, without decrypting any. */
  list(): Promise<readonly Pick<StoredInstallation, "key" | "installedAt">[]>;
}
