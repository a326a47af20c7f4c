import { ownValue } from "../../domain/shared/own-value.ts";

/** The name of each setting. */
const settingsWords: Readonly<Record<string, string>> = {
  roles: "roles",
  connectionOperators: "the operators of a connection",
  reason: "reasons",
  announcementsChannelId: "announcements",
  checkpointsChannelId: "checkpoints",
  protection: "approvals and break glass",
  holdingAgent: "the holding agent",
  drift: "the numbers to watch",
  firstCall: "the first call after a change",
};

/** The names of some settings, by their keys, as a list. */
export function settingsText(keys: readonly string[]): string {
  return keys.map((key) => ownValue(settingsWords, key) ?? key).join(", ");
}
