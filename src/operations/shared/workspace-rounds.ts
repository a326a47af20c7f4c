import type { Log } from "../../domain/log.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import { lanes } from "./lanes.ts";

/** So many workspaces are looked at at the same time. */
const atOnce = 50;

/** What rounds over workspaces stand on. */
export interface WorkspaceRoundsOptions {
  readonly log: Log;
  /** What is logged of a workspace whose part failed. */
  readonly failed: string;
}

/** Does something for every workspace, again and again, each apart from the others. */
export interface WorkspaceRounds {
  /**
   * Does it for each of these workspaces, side by side. One for which it is still being done is left out, and one that fails is
   * logged. Never throws.
   */
  round(workspaceIds: readonly string[], act: (workspaceId: string) => Promise<void>): Promise<void>;
}

/** Rounds in which no workspace waits for a slow one, however often they come. */
export function workspaceRounds({ log, failed }: WorkspaceRoundsOptions): WorkspaceRounds {
  const busy = new Set<string>();
  const places = lanes(atOnce);
  const one = async (workspace: string, act: (workspaceId: string) => Promise<void>): Promise<void> => {
    try {
      // Each begins with reads of the database, which wait for nothing.
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
