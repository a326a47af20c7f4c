import { header } from "../block-kit/blocks.ts";
import { channelInput } from "./inputs.ts";
import type { SettingsSection, SettingsValues } from "./section.ts";

/** Where the workspace is notified of what happens. */
export const channelsSection: SettingsSection = {
  blocks: ({ announcementsChannelId, checkpointsChannelId }) => [
    header("Channels"),
    channelInput(
      "announcements",
      "Announcements",
      announcementsChannelId,
      "Every change, approval and freeze, and every refusal for want of rights, is said there once. Invite Patchbay there first.",
    ),
    channelInput(
      "checkpoints",
      "Checkpoints of the audit log",
      checkpointsChannelId,
      "Signed checkpoints are shown there, so that nobody can rewrite the log unseen. Invite Patchbay there first.",
    ),
  ],
  read: (values) => ({
    change: () => ({
      announcementsChannelId: channel(values, "announcements"),
      checkpointsChannelId: channel(values, "checkpoints"),
    }),
  }),
};

function channel(values: SettingsValues, actionId: string): string | undefined {
  return values.get(actionId)?.several.at(0);
}
