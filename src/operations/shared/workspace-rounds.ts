import type { Log } from "../../domain/ports/log.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { lanes } from "./lanes.ts";

/** The number of workspaces to process concurrently. */
const atOnce = 50;

/** The dependencies of workspace rounds. */
export interface WorkspaceRoundsOptions {
  readonly log: Log;
  /** The log message for a workspace that failed. */
  readonly failed: string;
}

/** Repeated work for every workspace, independent of each other. */
export interface WorkspaceRounds {
  /**
   * Runs the work for these workspaces concurrently. Skips workspaces that are still busy from an earlier round, and
   * logs failures. Never throws.
   */
  round(workspaceIds: readonly string[], act: (workspaceId: string) => Promise<void>): Promise<void>;
}

/** Creates rounds in which no workspace waits for a slow one, however often they run. */
export function workspaceRounds({ log, failed }: WorkspaceRoundsOptions): WorkspaceRounds {
  const busy = new Set<string>();
  const places = lanes(atOnce);
  const one = async (workspace: string, act: (workspaceId: string) => Promise<void>): Promise<void> => {
    try {
      // Each workspace starts with synchronous database reads, so others need a turn in between.
      await yieldToEventLoop();
      await act(workspace);
    } catch (err) {
      log.error({ workspace, err }, failed);
    } finally {
      busy.delete(workspace);
    }
  };
  return {
    round: async (workspaceIds, act) => {
      const free = workspaceIds.filter((id) => !busy.has(id));
      for (const id of free) busy.add(id);
      await Promise.all(free.map(async (id) => places.run("all", async () => one(id, act))));
    },
  };
}
