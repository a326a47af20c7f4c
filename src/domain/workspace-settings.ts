import { z } from "zod";
import type { AuditEvent } from "./audit-log.ts";
import { validatePattern } from "./reason-rule.ts";

const channel = z.string().regex(/^[CG][A-Z0-9]{2,20}$/u);
const user = z.string().regex(/^[UW][A-Z0-9]{2,20}$/u);
const group = z.string().regex(/^S[A-Z0-9]{2,20}$/u);
const people = z.array(user).max(100).default([]);
const groups = z.array(group).max(100).default([]);

/** Who has a role: whoever any of these lets in. */
const roleAssignment = z.object({
  /** The admins and owners of the Slack workspace. */
  slackAdmins: z.boolean().default(false),
  /** Every full member. */
  members: z.boolean().default(false),
  people,
  /** Slack user groups. */
  groups,
});

/** What a workspace's admins have settled for it; what is absent is not set. */
export const workspaceSettings = z.object({
  /** Who has each role; one that is absent is had by whom `defaultRoles` says. */
  roles: z
    .object({
      admin: roleAssignment,
      operator: roleAssignment,
      viewer: roleAssignment,
      approver: roleAssignment,
    })
    .partial()
    .optional(),
  /** By connection: the only ones of the operators who may change its numbers. */
  connectionOperators: z.record(z.string(), z.object({ people, groups })).optional(),
  /** What a reason has to be. */
  reason: z
    .object({
      required: z.boolean(),
      pattern: z
        .string()
        .refine((pattern) => validatePattern(pattern) === undefined)
        .optional(),
    })
    .optional(),
  /** How protected numbers are changed; they are protected only where this is there and switched on. */
  protection: z
    .object({
      on: z.boolean(),
      /** The Slack channel where approvals are asked for; without it the approvers are asked directly. */
      channelId: channel.optional(),
      /** How long a request for approval stands, in minutes. */
      minutes: z.number().int().min(5).max(1440).default(30),
      /** Whether an operator may change a protected number without approval, and answer for it afterwards. */
      breakGlass: z.boolean().default(false),
    })
    .optional(),
  /** The Slack channel where what happens is said once. */
  announcementsChannelId: channel.optional(),
  /** The Slack channel where the audit log's signed checkpoints are shown. */
  checkpointsChannelId: channel.optional(),
  /** Which numbers are looked at for drift: those changed through Patchbay, unless all are wanted. */
  drift: z.enum(["changed", "all"]).optional(),
});

/** See `workspaceSettings`. */
export type WorkspaceSettings = Readonly<z.infer<typeof workspaceSettings>>;
export type RoleAssignment = Readonly<z.infer<typeof roleAssignment>>;
export type ConnectionOperators = Readonly<{ people: readonly string[]; groups: readonly string[] }>;
export const roleNames = ["admin", "operator", "viewer", "approver"] as const;
export type RoleName = (typeof roleNames)[number];
export type Roles = Readonly<Record<RoleName, RoleAssignment>>;

/** Settings as they stand, with a number that grows each time that they are written; 0 before the first time. */
export interface VersionedSettings {
  readonly settings: WorkspaceSettings;
  readonly revision: number;
}

/** Where the settings of one workspace are kept. */
export interface SettingsStore {
  /** The settings as they are; empty before anybody has set any. Throws what the database throws: never a guess. */
  read(): Promise<WorkspaceSettings>;
  /**
   * The settings as they were read last, without asking the database: for what is shown, never for what is decided.
   * Undefined where nobody has read them since they were written.
   */
  lastRead(): WorkspaceSettings | undefined;
  /** `read`, with the revision that it has. */
  readNow(): Promise<VersionedSettings>;
  /**
   * Puts new settings in place of all and writes down who did, both or neither. Throws not_recorded, and conflict when
   * they are no longer of the revision that is expected.
   */
  write(settings: WorkspaceSettings, event: Omit<AuditEvent, "kind">, expected?: number): Promise<void>;
}
