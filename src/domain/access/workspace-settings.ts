import { z } from "zod";
import type { AuditEvent } from "../audit/audit-log.ts";
import { validatePattern } from "./reason-rule.ts";

const channel = z.string().regex(/^[CG][A-Z0-9]{2,20}$/u);
const user = z.string().regex(/^[UW][A-Z0-9]{2,20}$/u);
const group = z.string().regex(/^S[A-Z0-9]{2,20}$/u);
const people = z.array(user).max(100).default([]);
const groups = z.array(group).max(100).default([]);

/** The people who have a role: everyone who matches one of these. */
const roleAssignment = z.object({
  /** The admins and owners of the Slack workspace. */
  slackAdmins: z.boolean().default(false),
  /** Every full member. */
  members: z.boolean().default(false),
  people,
  /** Slack user groups. */
  groups,
  /** The ids of schedules: the people on call in one of them have the role. */
  schedules: z.array(z.string().max(40)).max(10).optional(),
});

/** The longest name of a holding agent, in UTF-16 units. */
export const maxHoldingAgent = 200;

/** The settings of a workspace. Absent ones are not set. */
export const workspaceSettings = z.object({
  /** Who has each role. `defaultRoles` applies where a role is absent. */
  roles: z
    .object({
      admin: roleAssignment,
      operator: roleAssignment,
      viewer: roleAssignment,
      approver: roleAssignment,
    })
    .partial()
    .optional(),
  /** For each connection, the only operators who may change its numbers. */
  connectionOperators: z.record(z.string(), z.object({ people, groups })).optional(),
  /** The rule for reasons. */
  reason: z
    .object({
      required: z.boolean(),
      pattern: z
        .string()
        .refine((pattern) => validatePattern(pattern) === undefined)
        .optional(),
    })
    .optional(),
  /** The rules for protected numbers. Protection is off unless this is present and enabled. */
  protection: z
    .object({
      on: z.boolean(),
      /** The Slack channel for approval requests. Without it, approvers get direct messages. */
      channelId: channel.optional(),
      /** How long an approval request stays open, in minutes. */
      minutes: z.number().int().min(5).max(1440).default(30),
      /**
       * Whether an operator may break glass: change a protected number without approval, followed by an admin's
       * review.
       */
      breakGlass: z.boolean().default(false),
    })
    .optional(),
  /** The Slack channel for announcements. */
  announcementsChannelId: channel.optional(),
  /** The Slack channel for the audit log's signed checkpoints. */
  checkpointsChannelId: channel.optional(),
  /** The name or the id of the agent, in each connection, that is safe for callers. A detach form offers it instead. */
  holdingAgent: z.string().min(1).max(maxHoldingAgent).optional(),
  /** Which numbers are checked for drift: those changed through Patchbay, or all. */
  drift: z.enum(["changed", "all"]).optional(),
  /** Whether Patchbay looks who answered the first calls after a change; it does unless this is `off`. */
  firstCall: z.enum(["watch", "off"]).optional(),
});

/** See `workspaceSettings`. */
export type WorkspaceSettings = Readonly<z.infer<typeof workspaceSettings>>;
export type RoleAssignment = Readonly<z.infer<typeof roleAssignment>>;
export type ConnectionOperators = Readonly<{ people: readonly string[]; groups: readonly string[] }>;
export const roleNames = ["admin", "operator", "viewer", "approver"] as const;
export type RoleName = (typeof roleNames)[number];
export type Roles = Readonly<Record<RoleName, RoleAssignment>>;

/** Settings with a revision that increases with each write; 0 before the first. */
export interface VersionedSettings {
  readonly settings: WorkspaceSettings;
  readonly revision: number;
}

/** The settings of one workspace. */
export interface SettingsStore {
  /** The current settings; empty if none were set. A database error is thrown: settings are never guessed. */
  read(): Promise<WorkspaceSettings>;
  /**
   * The settings from the last read, without a query. For display, never for decisions. Undefined if nothing has
   * been read since the last write.
   */
  lastRead(): WorkspaceSettings | undefined;
  /** `read`, with the revision. */
  readNow(): Promise<VersionedSettings>;
  /**
   * Replaces all settings and records who did it, in one transaction. Throws not_recorded, and conflict if the
   * revision is not the expected one.
   */
  write(
    settings: WorkspaceSettings,
    event: Omit<AuditEvent<"settings.changed">, "kind">,
    expected?: number,
  ): Promise<void>;
}
