import { isProblem } from "../../domain/problem/problem.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import type { Run } from "../../domain/runs/run.ts";

/** A run; undefined if it was forgotten, or cannot be read. */
export async function knownRun({ runs }: Pick<WorkspaceStore, "runs">, id: string): Promise<Run | undefined> {
  try {
    return await runs.get(id);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
