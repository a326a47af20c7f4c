import type { Run } from "../../domain/runs/run.ts";
import { loadRunCalls } from "../../operations/runs/load-run-calls.ts";
import { pauseRun, resumeRun, stopRun } from "../../operations/runs/steer-run.ts";
import { textModal } from "../forms/text-modal.ts";
import { redrawView } from "../forms/modals.ts";
import { writeAction, type ActionRoute, type FeatureRoutes } from "../listener/routes.ts";
import type { RequestContext } from "../context/request-context.ts";
import { runMessage } from "./run-message.ts";
import { runTitle } from "../../domain/runs/run.ts";

/** A button that decides about a run. Its messages are redrawn because of the entry; a form is redrawn here. */
function decision(id: string, decide: (req: RequestContext, runId: string) => Promise<Run>): ActionRoute {
  return writeAction(id, async ({ at: req, value = "", view }) => {
    const run = await decide(req, value);
    req.deps.checkRuns();
    if (!view) return;
    const { blocks } = runMessage(run, await loadRunCalls(req.ctx, run));
    await redrawView(req, { id: view.id }, textModal(runTitle(run), blocks));
  });
}

export const runRoutes: FeatureRoutes = {
  actions: [
    decision("run:pause", async ({ ctx }, runId) => pauseRun(ctx, runId)),
    decision("run:resume", async ({ ctx }, runId) => resumeRun(ctx, runId)),
    decision("run:without", async ({ ctx }, runId) => resumeRun(ctx, runId, { without: true })),
    decision("run:stop", async ({ ctx }, runId) => stopRun(ctx, runId)),
  ],
};
