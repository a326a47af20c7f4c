import { ownValue } from "../../domain/own-value.ts";

/** What each part of the settings is called. */
const settingsWords: Readonly<Record<string, string>> = {
  roles: "roles",
  connectionOperators: "the operators of a connection",
  reason: "reasons",
  announcementsChannelId: "announcements",
  checkpointsChannelId: "checkpoints",
  protection: "approvals and break glass",
  drift: "the numbers to watch",
};

/** Parts of the settings in words, by their keys. */
export function settingsText(keys: readonly string[]): string {
  return keys.map((key) => ownValue(settingsWords, key) ?? key).join(", ");
}
