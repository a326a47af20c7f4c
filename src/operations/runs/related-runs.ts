import type { WorkspaceStore } from "../../domain/ports/store.ts";
import { mayFailBack, type RelatedRuns } from "../../domain/runs/fail-back.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isProblem } from "../../domain/problem/problem.ts";

/** A run; undefined if it was forgotten, or cannot be read. */
export async function knownRun({ runs }: Pick<WorkspaceStore, "runs">, id: string): Promise<Run | undefined> {
  try {
    return await runs.get(id);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

/** What a message about a run has to know of its failover or its fail-backs. */
export async function loadRelatedRuns(
  workspace: Pick<WorkspaceStore, "runs">,
  run: Run,
): Promise<RelatedRuns> {
  const { runs } = workspace;
  if (mayFailBack(run)) {
    const [back] = await runs.returnsOf(run.id);
    return back && back.state !== "done" ? { back } : {};
  }
  if (run.kind !== "back" || run.state !== "stopped" || run.returns === undefined) return {};
  const [newest] = await runs.returnsOf(run.returns);
  const failover = await knownRun(workspace, run.returns);
  return { canFailBack: newest?.id === run.id && failover !== undefined && mayFailBack(failover) };
}
