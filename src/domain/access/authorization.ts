import { personOf, type Actor, type Role } from "../shared/actor.ts";
import type { WorkspaceSettings } from "./workspace-settings.ts";

/** Why a person has a role only while being on call, for entries. */
export interface OnCallGrant {
  /** The schedule: `PagerDuty PI7DH85`. */
  readonly schedule: string;
  /** When the tool said so, if it cannot be read now: UTC, ISO 8601. */
  readonly staleSince?: string | undefined;
}

/** A person's permissions in one workspace. `approver` is independent of the role. */
export interface Permissions {
  readonly role: Role;
  /** Whether the person may approve other people's requests. */
  readonly approver: boolean;
  /** Connections whose numbers the person may not change, although the role would allow it. */
  readonly deniedConnections: readonly string[];
  /**
   * The schedules that make approvers and in which an admin has confirmed the person, also between shifts, as in
   * `OnCallGrant`. What they approved while on call there counts beyond the handover.
   */
  readonly approverSchedules?: readonly string[] | undefined;
  /** The schedule that gives the role, or makes the person an approver, if nothing else does. */
  readonly onCall?: { readonly role?: OnCallGrant; readonly approver?: OnCallGrant } | undefined;
  /** A sentence about what could not be determined. The person may have more permissions than listed. */
  readonly unavailableReason?: string | undefined;
  /** What could not say it: Slack unless it is an on-call tool. */
  readonly unavailableFrom?: string | undefined;
}

/** Determines permissions. An answer from Slack is reused for at most 60 s. */
export interface Authorizer {
  /**
   * The permissions of an actor under the workspace's settings, or under `settings` to try them out. Anything that
   * cannot be determined is denied.
   */
  permissions(actor: Actor, settings?: WorkspaceSettings): Promise<Permissions>;
  /** The permissions as cached, without a request; undefined if not cached. For display only. */
  cachedPermissions?(actor: Actor): Permissions | undefined;
}

/** The permissions of Patchbay's own background work and of people with a shell on the server. */
export const allPermissions: Permissions = { role: "admin", approver: true, deniedConnections: [] };

export const noPermissions: Permissions = { role: "none", approver: false, deniedConnections: [] };

/** Permissions without Slack, which knows neither a person with a shell on the server nor Patchbay's own jobs. */
export const localAuthorizer: Authorizer = {
  permissions: async (actor) => (personOf(actor) === undefined ? allPermissions : noPermissions),
};
