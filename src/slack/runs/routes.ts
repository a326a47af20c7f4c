import type { Run } from "../../domain/runs/run.ts";
import { pauseRun, resumeRun, stopRun } from "../../operations/runs/steer-run.ts";
import { redrawView } from "../forms/modals.ts";
import { writeAction, type ActionRoute, type FeatureRoutes } from "../listener/routes.ts";
import type { RequestContext } from "../context/request-context.ts";
import { loadRunNews } from "./run-news.ts";
import { runView } from "./run-view.ts";

/** Decides about a run, in the form with the button or elsewhere. */
type Decide = (req: RequestContext, runId: string, viewId: string | undefined) => Promise<Run>;

/** A button that decides about a run. Its messages are redrawn because of the entry; a form is redrawn here. */
function decision(id: string, decide: Decide): ActionRoute {
  return writeAction(id, async ({ at: req, value = "", view }) => {
    const run = await decide(req, value, view?.id);
    req.deps.checkRuns();
    if (!view) return;
    await redrawView(req, { id: view.id }, runView(run, await loadRunNews(req.ctx, run), req.conversation));
  });
}

export const runRoutes: FeatureRoutes = {
  actions: [
    decision("run:pause", async ({ ctx }, runId) => pauseRun(ctx, runId)),
    decision("run:resume", async ({ ctx }, runId, viewId) => resumeRun(ctx, runId, { viewId })),
    decision("run:without", async ({ ctx }, runId, viewId) =>
      resumeRun(ctx, runId, { without: true, viewId }),
    ),
    // The message is about a run that goes on. One that was left behind must not end what the run holds by now.
    decision("run:stop", async ({ ctx }, runId) => stopRun(ctx, runId, undefined, { unlessHeld: true })),
    decision("run:end", async ({ ctx }, runId) => stopRun(ctx, runId)),
  ],
};
