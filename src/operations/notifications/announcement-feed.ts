import type { AuditEntry, AuditLog } from "../../domain/audit/audit-log.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { Locks } from "../../domain/ports/locks.ts";
import type { Log } from "../../domain/ports/log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { AnnouncedEntry, Notifier } from "./notifier.ts";
import type { OutboxWorker } from "./outbox-worker.ts";

/** Announces in a workspace's channel what its audit log says, once and in order. */
export interface AnnouncementFeed {
  /** Looks for new entries of a workspace. Returns at once and never throws. */
  check(workspaceId: string): void;
  /** Looks for entries of other processes, or of an earlier one, wherever there are any. Never throws. */
  checkAll(): Promise<void>;
}

/** What the feed needs. */
export interface AnnouncementFeedOptions {
  readonly store: Store;
  readonly log: Log;
  readonly locks: Locks;
  readonly notifier: Pick<Notifier, "announcement">;
  readonly outbox: Pick<OutboxWorker, "deliverPending">;
  /** Keeps the process alive during the work. */
  track(work: Promise<unknown>): void;
}

/**
 * Reads the audit log instead of hearing from the code that writes it: so every entry is announced, and no operation
 * waits for Slack or fails with it.
 */
export function announcementFeed(options: AnnouncementFeedOptions): AnnouncementFeed {
  const { store, log, locks, outbox, track } = options;
  const waiting = new Set<string>();
  const announce = async (workspaceId: string): Promise<void> => {
    // A look that still waits for its turn will find the newest entry too.
    if (waiting.has(workspaceId)) return;
    waiting.add(workspaceId);
    try {
      await locks.withLock(`announce ${workspaceId}`, async () => {
        waiting.delete(workspaceId);
        if (await announceNew(options, workspaceId)) track(outbox.deliverPending());
      });
    } catch (error) {
      log.error({ workspace: workspaceId, err: error }, "not announced; this will be retried");
    }
  };
  const hasNoChannel = (workspaceId: string): boolean => {
    const settings = store.workspace(workspaceId).settings.lastRead();
    return settings !== undefined && settings.announcementsChannelId === undefined;
  };
  return {
    check: (workspaceId) => {
      // Starts after the running code, and is tracked now, so that a stopping process waits for it.
      track(
        yieldToEventLoop().then(async () => (hasNoChannel(workspaceId) ? undefined : announce(workspaceId))),
      );
    },
    checkAll: async () => {
      try {
        const all = await store.withUnannouncedEntries();
        await Promise.all(all.map(async (id) => yieldToEventLoop().then(async () => announce(id))));
      } catch (error) {
        log.error({ err: error }, "not announced; this will be retried");
      }
    },
  };
}

/** Adds the announcements of new entries to the outbox. Returns whether there was any. */
async function announceNew(
  { store, notifier }: AnnouncementFeedOptions,
  workspaceId: string,
): Promise<boolean> {
  const { announcementCursor, audit, settings } = store.workspace(workspaceId);
  const afterSequence = await announcementCursor.position();
  const current = await settings.read();
  const { announcementsChannelId: channelId } = current;
  if (afterSequence === undefined || channelId === undefined) return false;
  let isAny = false;
  let skipped: number | undefined;
  const announce = async (sequence: number, entry: AnnouncedEntry): Promise<void> => {
    const message = notifier.announcement(workspaceId, sequence, entry);
    skipped = message === undefined ? sequence : undefined;
    if (message === undefined) return;
    await announcementCursor.advance(sequence, { place: { channelId }, message });
    isAny = true;
  };
  const unreadable: { readonly sequence: number; readonly error: unknown }[] = [];
  const announceUnreadable = async (): Promise<void> => {
    for (const { sequence, error } of unreadable.splice(0)) await announce(sequence, { error });
  };
  const entries = audit.walk(
    { afterSequence },
    (sequence, error) => void unreadable.push({ sequence, error }),
  );
  for await (const entry of entries) {
    await announceUnreadable();
    const requested = await requestedBy(audit, entry);
    await announce(entry.sequence, { entry, settings: current, requested });
  }
  await announceUnreadable();
  if (skipped !== undefined) await announcementCursor.advance(skipped);
  return isAny;
}

/** The `change.requested` entry of an outcome; undefined for other kinds of entries, or if there is none. */
async function requestedBy(audit: AuditLog, { kind, changeId }: AuditEntry): Promise<AuditEntry | undefined> {
  if (kind !== "change.outcome" || changeId === undefined) return undefined;
  try {
    return (await audit.change(changeId)).requested;
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
