import type { Actor, Role } from "./actor.ts";
import type { WorkspaceSettings } from "./workspace-settings.ts";

/** What somebody may do in one workspace: the `approver` is beside the roles, and needs none of them. */
export interface Permissions {
  readonly role: Role;
  /** May approve what others ask for. */
  readonly approver: boolean;
  /** Connections whose numbers are for others to change, though the role is enough. */
  readonly deniedConnections: readonly string[];
  /** One sentence about what could not be found out, so that there may be more rights than are told here. */
  readonly unavailableReason?: string | undefined;
}

/** Says what somebody may do, now; nobody has to be trusted for longer than 60 s on what Slack said before. */
export interface Authorizer {
  /**
   * The rights of an actor, by the workspace's settings or by others that are tried. What cannot be told is not given:
   * closed, not open.
   */
  permissions(actor: Actor, settings?: WorkspaceSettings): Promise<Permissions>;
  /** The same where it can be told without asking anybody, for what is shown and not decided; else undefined. */
  cachedPermissions?(actor: Actor): Permissions | undefined;
}

/** The rights of whoever nobody limits: our own background work, and who has a shell on the server. */
export const allPermissions: Permissions = { role: "admin", approver: true, deniedConnections: [] };

/** The rights of somebody who may do nothing at all. */
export const noPermissions: Permissions = { role: "none", approver: false, deniedConnections: [] };
