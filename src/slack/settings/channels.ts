import { channelInput } from "./inputs.ts";
import type { SettingsSection, SettingsValues } from "./section.ts";

/** The channels for announcements. */
export const channelsSection: SettingsSection = {
  id: "channels",
  title: "Channels",
  blocks: ({ announcementsChannelId, checkpointsChannelId }) => [
    channelInput(
      "announcements",
      "Announcements",
      announcementsChannelId,
      "Patchbay posts every change, approval and freeze there; invite it first.",
    ),
    channelInput(
      "checkpoints",
      "Checkpoints of the audit log",
      checkpointsChannelId,
      "Patchbay posts signed checkpoints there; invite it first.",
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
