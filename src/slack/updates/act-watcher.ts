import { subjectsOf } from "../../domain/act.ts";
import { isProblem } from "../../domain/problem.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import type { WorkspaceStore } from "../../domain/store.ts";
import { updatesAbout } from "./act-updates.ts";
import type { OutboxWorker } from "../../operations/notifications/outbox-worker.ts";
import type { SlackDeps } from "../context/services.ts";
import { actsOrder } from "../delivery/act-messages.ts";

/** Removes the buttons of messages whose action is over. */
export interface ActWatcher {
  /** Checks for finished actions: those in new entries, or those of a subject. Returns at once and never throws. */
  look(workspaceId: string, subject?: string): void;
  /** Checks all workspaces, for what an earlier process left or what failed. Never throws. */
  lookAtAll(): Promise<void>;
}

/** The number of entries without effect after which the position in the log is stored. */
const noteEvery = 50;
/** The number of entries to check if no position is stored yet, back from the newest. */
const looksBack = 500;

/**
 * A watcher that learns from the audit log which actions are over, however they ended, and adds each update to the
 * outbox. Its position is stored, so that a restart misses nothing.
 */
export function actWatcher(deps: SlackDeps, outbox: OutboxWorker): ActWatcher {
  const wanted = new Map<string, Set<string>>();
  const waiting = new Set<string>();
  const marks = new Map<string, number>();

  const round = async (workspaceId: string): Promise<void> => {
    const workspace = deps.store.workspace(workspaceId);
    const subjects = wanted.get(workspaceId) ?? new Set();
    wanted.delete(workspaceId);
    try {
      const from = marks.get(workspaceId) ?? (await firstMark(workspace));
      let last = from;
      for await (const entry of workspace.audit.walk({ afterSequence: from }, () => undefined)) {
        for (const subject of subjectsOf(entry)) subjects.add(subject);
        last = entry.sequence;
      }
      const became = await update(deps, workspace, subjects);
      if (became === "not installed") return;
      const noted = (await workspace.actMessages.through()) ?? 0;
      if (became === "updated" || last - noted >= noteEvery) await workspace.actMessages.moveTo(last);
      marks.set(workspaceId, last);
      if (became === "updated") deps.backgroundTasks.track(outbox.deliverPending(workspaceId));
    } catch (error) {
      const again = wanted.get(workspaceId) ?? new Set();
      wanted.set(workspaceId, new Set([...again, ...subjects]));
      throw error;
    }
  };
  const lookAt = async (workspaceId: string): Promise<void> => {
    // A check that is still waiting will see the newer entries too.
    if (waiting.has(workspaceId)) return;
    waiting.add(workspaceId);
    try {
      await deps.withLock(actsOrder(workspaceId), async () => {
        waiting.delete(workspaceId);
        await round(workspaceId);
      });
    } catch (error) {
      deps.log.error({ workspace: workspaceId, err: error }, "buttons not removed; this will be retried");
    }
  };
  return {
    look: (workspaceId, subject) => {
      if (subject !== undefined) {
        const subjects = wanted.get(workspaceId) ?? new Set();
        wanted.set(workspaceId, subjects.add(subject));
      }
      deps.backgroundTasks.track(yieldToEventLoop().then(async () => lookAt(workspaceId)));
    },
    lookAtAll: async () => {
      try {
        const all = await deps.store.workspaceIds();
        await Promise.all(
          all.map(async (workspaceId) => yieldToEventLoop().then(async () => lookAt(workspaceId))),
        );
      } catch (error) {
        deps.log.error({ err: error }, "buttons not removed; this will be retried");
      }
    },
  };
}

async function firstMark({ actMessages, audit }: WorkspaceStore): Promise<number> {
  const kept = await actMessages.through();
  if (kept !== undefined) return kept;
  const [newest] = await audit.entries({ limit: 1 });
  return Math.max(0, (newest?.sequence ?? 0) - looksBack);
}

/** Adds the updates of some subjects to the outbox. Without a token they wait until there is one. */
async function update(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  subjects: Iterable<string>,
): Promise<"updated" | "nothing" | "not installed"> {
  let became: "updated" | "nothing" = "nothing";
  for (const subject of subjects) {
    await yieldToEventLoop();
    try {
      const updates = await updatesAbout(deps, workspace, subject);
      if (updates.length === 0) continue;
      if (!(await deps.installationOf(workspace.id))) return "not installed";
      for (const { address, ...one } of updates) await workspace.actMessages.update(address, one);
      became = "updated";
    } catch (error) {
      if (isProblem(error, "not_recorded")) throw error;
      // A message that cannot be read or formatted must not block others.
      deps.log.error({ workspace: workspace.id, subject, err: error }, "buttons not removed");
    }
  }
  return became;
}
