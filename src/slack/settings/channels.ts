import { header } from "../block-kit/blocks.ts";
import { channelInput } from "./inputs.ts";
import type { SettingsSection, SettingsValues } from "./section.ts";

/** The channels for announcements. */
export const channelsSection: SettingsSection = {
  blocks: ({ announcementsChannelId, checkpointsChannelId }) => [
    header("Channels"),
    channelInput(
      "announcements",
      "Announcements",
      announcementsChannelId,
      "Patchbay posts every change, approval and freeze there. Admins get refusals in a summary of their own. Invite Patchbay first.",
    ),
    channelInput(
      "checkpoints",
      "Checkpoints of the audit log",
      checkpointsChannelId,
      "Patchbay posts signed checkpoints there, so that nobody can rewrite the log unnoticed. Invite Patchbay first.",
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
