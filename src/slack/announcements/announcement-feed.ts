import type { AuditEntry, AuditLog } from "../../domain/audit-log.ts";
import { isProblem } from "../../domain/problem.ts";
import type { Message } from "../block-kit/blocks.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { announcementOf } from "./announcement-message.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import type { OutboxWorker } from "../delivery/outbox-worker.ts";
import type { SlackDeps } from "../context/services.ts";

/** Announces the events of each workspace's audit log in its channel, once and in order. */
export interface AnnouncementFeed {
  /** Checks the workspace's log for new entries. Returns at once and never throws. */
  look(workspaceId: string): void;
  /** Checks all workspaces, for entries that another or an earlier process has written. */
  lookAtAll(): Promise<void>;
}

/**
 * Announces from the audit log and independently of the code that writes it. So everything on record is announced, and
 * no operation waits for Slack or fails with it.
 */
export function announcementFeed(deps: SlackDeps, outbox: OutboxWorker): AnnouncementFeed {
  const waiting = new Set<string>();
  const announce = async (workspaceId: string): Promise<void> => {
    // A check that is still waiting will see the newer entries too.
    if (waiting.has(workspaceId)) return;
    waiting.add(workspaceId);
    try {
      await deps.withLock(`announce ${workspaceId}`, async () => {
        waiting.delete(workspaceId);
        if (await putOut(deps, workspaceId)) deps.backgroundTasks.track(outbox.sayWaiting(workspaceId));
      });
    } catch (error) {
      deps.log.error({ workspace: workspaceId, err: error }, "not announced; it will be tried again");
    }
  };
  return {
    look: (workspaceId) => {
      // After the running check. Tracked from now on, so that a stopping process waits for it.
      deps.backgroundTasks.track(soon().then(async () => announce(workspaceId)));
    },
    lookAtAll: async () => {
      try {
        const all = await deps.store.announcing();
        await Promise.all(
          all.map(async (workspaceId) => yieldToEventLoop().then(async () => announce(workspaceId))),
        );
      } catch (error) {
        deps.log.error({ err: error }, "not announced; it will be tried again");
      }
    },
  };
}

async function soon(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Adds the announcements of new entries to the outbox. Returns whether there were new entries. */
async function putOut(deps: SlackDeps, workspaceId: string): Promise<boolean> {
  const { announcementCursor: announced, audit, settings } = deps.store.workspace(workspaceId);
  const through = await announced.position();
  if (through === undefined) return false;
  const settled = await settings.read();
  const { announcementsChannelId: channelId } = settled;
  if (channelId === undefined) return false;
  let any = false;
  let passed: number | undefined;
  const say = async (sequence: number, make: () => Message | undefined): Promise<void> => {
    const about = { what: `audit log entry ${sequence}`, ids: { workspace: workspaceId, sequence } };
    const said = formatOrFallback(deps, about, make);
    passed = said ? undefined : sequence;
    if (!said) return;
    await announced.advance(sequence, { place: { channelId }, message: { ...said, planned: true } });
    any = true;
  };
  const unreadable: { readonly sequence: number; readonly error: unknown }[] = [];
  const sayUnreadable = async (): Promise<void> => {
    for (const { sequence, error } of unreadable.splice(0)) {
      await say(sequence, () => {
        throw error;
      });
    }
  };
  const entries = audit.walk(
    { afterSequence: through },
    (sequence, error) => void unreadable.push({ sequence, error }),
  );
  for await (const entry of entries) {
    await sayUnreadable();
    const requested = await requestedBy(audit, entry);
    await say(entry.sequence, () => announcementOf(entry, settled, deps.accounts, requested));
  }
  await sayUnreadable();
  if (passed !== undefined) await announced.advance(passed);
  return any;
}

/** The record of the change that an outcome belongs to; undefined for other kinds of entries, or without a record. */
async function requestedBy(audit: AuditLog, { kind, changeId }: AuditEntry): Promise<AuditEntry | undefined> {
  if (kind !== "change.outcome" || changeId === undefined) return undefined;
  try {
    return (await audit.change(changeId)).requested;
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
