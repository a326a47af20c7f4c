import { z } from "zod";
import type { AuditEvent } from "./audit-log.ts";

const channel = z.string().regex(/^[CG][A-Z0-9]{2,20}$/u);

/** What a workspace's admins have settled for it; what is absent is not set. */
export const workspaceSettings = z.object({
  /** The Slack channel where what happens is said once. */
  announcementsChannelId: channel.optional(),
  /** The Slack channel where the audit log's signed checkpoints are shown. */
  checkpointsChannelId: channel.optional(),
  /** Which numbers are looked at for drift: those changed through Patchbay, unless all are wanted. */
  drift: z.enum(["changed", "all"]).optional(),
});

/** See `workspaceSettings`. */
export type WorkspaceSettings = Readonly<z.infer<typeof workspaceSettings>>;

/** Where the settings of one workspace are kept. */
export interface SettingsStore {
  /** The settings as they are; empty before anybody has set any. Throws what the database throws: never a guess. */
  read(): Promise<WorkspaceSettings>;
  /** Puts new settings in place of all and writes down who did, both or neither. Throws not_recorded. */
  write(settings: WorkspaceSettings, event: Omit<AuditEvent, "kind">): Promise<void>;
}
