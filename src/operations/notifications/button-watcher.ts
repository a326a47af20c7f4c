import { isFrequent, subjectsOf } from "../../domain/notifications/button-subject.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { Locks } from "../../domain/ports/locks.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Store, WorkspaceStore } from "../../domain/ports/store.ts";
import type { Notifier } from "./notifier.ts";
import type { RunnerTimer } from "../shared/work/work-runner.ts";
import type { OutboxWorker } from "./outbox-worker.ts";

/** Removes the buttons of messages whose action is over. */
export interface ButtonWatcher {
  /** Checks for finished actions: those in new entries, or those of a subject. Returns at once and never throws. */
  check(workspaceId: string, subject?: string): void;
  /**
   * Checks the messages about a subject, and returns once their updates are in the outbox. A check that failed is
   * repeated later. Never throws.
   */
  checkNow(workspaceId: string, subject: string): Promise<void>;
  /** Checks where other processes wrote entries, an earlier one left some, or a check failed. Never throws. */
  checkAll(): Promise<void>;
}

/** What the watcher needs. */
export interface ButtonWatcherOptions {
  readonly store: Store;
  readonly log: Log;
  readonly locks: Locks;
  readonly notifier: Pick<Notifier, "outdatedMessages">;
  readonly outbox: Pick<OutboxWorker, "deliverPending">;
  readonly timer: Pick<RunnerTimer, "after">;
  now(): Date;
  /** Keeps the process alive during the work. */
  track(work: Promise<unknown>): void;
}

/** The lock for updates of the messages of one workspace. */
export function buttonsLock(workspaceId: string): string {
  return `acts ${workspaceId}`;
}

/**
 * Entries that come in numbers are checked together, once the window of time in which they were written is over, in
 * milliseconds. So a message gets one update for each window because of them, whichever server makes it.
 */
const windowMs = 2000;
/** After how many entries without effect a check stores its position in the log. */
const noteEvery = 50;
/** The same in regular checks, which would otherwise find those entries again. */
const noteAtOnce = 1;
/** The number of entries to check if no position is stored yet, back from the newest. */
const looksBack = 500;

/**
 * A watcher that learns from the audit log which actions are over, however they ended, and adds each update to the
 * outbox. Its position is stored, so that a restart misses nothing.
 */
export function buttonWatcher(options: ButtonWatcherOptions): ButtonWatcher {
  const { store, log, locks, outbox, timer, now, track } = options;
  /** Subjects to check besides those of new entries, by workspace. */
  const requested = new Map<string, Set<string>>();
  const waiting = new Set<string>();
  /** The sequence of the last checked entry, by workspace. */
  const positions = new Map<string, number>();
  /** The workspaces that are checked again at the end of the present window. */
  const checkedLater = new Set<string>();

  const round = async (workspaceId: string, noteAfter: number): Promise<void> => {
    const workspace = store.workspace(workspaceId);
    const subjects = requested.get(workspaceId) ?? new Set();
    requested.delete(workspaceId);
    try {
      // Another server may have come further.
      const from = Math.max(positions.get(workspaceId) ?? 0, await storedPosition(workspace));
      let last = from;
      let isComplete = true;
      for await (const entry of workspace.audit.walk({ afterSequence: from }, () => undefined)) {
        const found = subjectsOf(entry);
        const waits = found.length > 0 && isFrequent(entry) && isSameWindow(new Date(entry.at), now());
        if (!waits) for (const subject of found) subjects.add(subject);
        // What follows is checked now, and once more then.
        isComplete &&= !waits;
        if (isComplete) last = entry.sequence;
      }
      if (!isComplete) checkLater(workspaceId);
      const result = await update(options, workspace, subjects);
      if (result === "not installed") return;
      const noted = (await workspace.messagesWithButtons.through()) ?? 0;
      if (result === "updated" || last - noted >= noteAfter) await workspace.messagesWithButtons.moveTo(last);
      positions.set(workspaceId, last);
      if (result === "updated") track(outbox.deliverPending());
    } catch (error) {
      const again = requested.get(workspaceId) ?? new Set();
      requested.set(workspaceId, new Set([...again, ...subjects]));
      throw error;
    }
  };
  const lookAt = async (workspaceId: string, noteAfter = noteEvery): Promise<void> => {
    // A check that is still waiting will see the newer entries too.
    if (waiting.has(workspaceId)) return;
    waiting.add(workspaceId);
    try {
      await locks.withLock(buttonsLock(workspaceId), async () => {
        waiting.delete(workspaceId);
        await round(workspaceId, noteAfter);
      });
    } catch (error) {
      log.error({ workspace: workspaceId, err: error }, "buttons not removed; this will be retried");
    }
  };
  const check: ButtonWatcher["check"] = (workspaceId, subject) => {
    if (subject !== undefined) request(workspaceId, subject);
    track(yieldToEventLoop().then(async () => lookAt(workspaceId)));
  };
  /** If this process ends before, a regular check of another one finds the entries. */
  const checkLater = (workspaceId: string): void => {
    if (checkedLater.has(workspaceId)) return;
    checkedLater.add(workspaceId);
    timer.after(windowMs - (now().getTime() % windowMs), () => {
      checkedLater.delete(workspaceId);
      check(workspaceId);
    });
  };
  const request = (workspaceId: string, subject: string): void => {
    requested.set(workspaceId, (requested.get(workspaceId) ?? new Set()).add(subject));
  };
  return {
    checkNow: async (workspaceId, subject) => {
      try {
        const result = await locks.withLock(buttonsLock(workspaceId), async () =>
          update(options, store.workspace(workspaceId), [subject]),
        );
        if (result === "updated") track(outbox.deliverPending());
      } catch (error) {
        request(workspaceId, subject);
        log.error(
          { workspace: workspaceId, subject, err: error },
          "buttons not removed; this will be retried",
        );
      }
    },
    check,
    checkAll: async () => {
      try {
        const due = new Set([...(await store.withUncheckedButtons()), ...requested.keys()]);
        await Promise.all(
          [...due].map(async (id) => yieldToEventLoop().then(async () => lookAt(id, noteAtOnce))),
        );
      } catch (error) {
        log.error({ err: error }, "buttons not removed; this will be retried");
      }
    },
  };
}

function isSameWindow(one: Date, other: Date): boolean {
  return Math.floor(one.getTime() / windowMs) === Math.floor(other.getTime() / windowMs);
}

async function storedPosition({ messagesWithButtons, audit }: WorkspaceStore): Promise<number> {
  const kept = await messagesWithButtons.through();
  if (kept !== undefined) return kept;
  const [newest] = await audit.entries({ limit: 1 });
  return Math.max(0, (newest?.sequence ?? 0) - looksBack);
}

/** Adds the updates of some subjects to the outbox. Without a token they wait until there is one. */
async function update(
  { notifier, log }: ButtonWatcherOptions,
  workspace: WorkspaceStore,
  subjects: Iterable<string>,
): Promise<"updated" | "nothing" | "not installed"> {
  let result: "updated" | "nothing" = "nothing";
  for (const subject of subjects) {
    await yieldToEventLoop();
    try {
      const updates = await notifier.outdatedMessages(workspace.id, subject);
      if (!updates) return "not installed";
      if (updates.length === 0) continue;
      for (const { address, ...one } of updates) await workspace.messagesWithButtons.update(address, one);
      result = "updated";
    } catch (error) {
      if (isProblem(error, "not_recorded")) throw error;
      // A message that cannot be read or formatted must not block others.
      log.error({ workspace: workspace.id, subject, err: error }, "buttons not removed");
    }
  }
  return result;
}
