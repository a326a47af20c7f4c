import type { AnnouncedEntry } from "../../operations/notifications/notifier.ts";
import type { SlackDeps } from "../context/services.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { announcementOf } from "./announcement-message.ts";

/** What the outbox stores to announce an entry; undefined if it is not announced. */
export function storedAnnouncement(
  deps: Pick<SlackDeps, "log" | "accounts">,
  workspaceId: string,
  sequence: number,
  read: AnnouncedEntry,
): unknown {
  const about = { what: `audit log entry ${sequence}`, ids: { workspace: workspaceId, sequence } };
  const message = formatOrFallback(deps, about, () => {
    if ("error" in read) throw read.error;
    return announcementOf(read.entry, read.settings, deps.accounts, read.requested);
  });
  return message && { ...message, planned: true };
}
