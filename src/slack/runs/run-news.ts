import type { RelatedRuns } from "../../domain/runs/fail-back.ts";
import type { RunCalls } from "../../domain/runs/run-calls.ts";
import type { Run } from "../../domain/runs/run.ts";
import { loadRunCalls } from "../../operations/runs/load-run-calls.ts";
import { loadRelatedRuns } from "../../operations/runs/related-runs.ts";
import type { Context } from "../../operations/shared/context.ts";

/** What is shown of a run besides its own record: its first calls, and the runs that belong to it. */
export interface RunNews {
  readonly calls?: RunCalls | undefined;
  readonly related?: RelatedRuns;
}

export async function loadRunNews(ctx: Context, run: Run): Promise<Required<RunNews>> {
  return { calls: await loadRunCalls(ctx, run), related: await loadRelatedRuns(ctx.workspace, run) };
}
