import { z } from "zod";
import { planRoutes } from "../../operations/routes/plan-routes.ts";
import { controlCommand } from "../control/control-command.ts";
import { routeChangeDocument, routeChangesOf } from "../../operations/documents/route-change-document.ts";
import { faultDocument, faultsOf } from "../yaml/yaml-file.ts";

/** What differs between a file and the numbers; or what is wrong with the file, and then nothing was compared. */
export const routesPlanDocument = z.object({
  workspace: z.string(),
  /** How many numbers the file names. */
  numbers: z.number(),
  changes: z.array(routeChangeDocument),
  faults: z.array(faultDocument),
});

export const previewRoutes = controlCommand({
  name: "routes.plan",
  input: z.object({ file: z.unknown() }),
  output: routesPlanDocument,
  run: async (ctx, { file }) => {
    const plan = await planRoutes(ctx, file);
    const { id: workspace } = ctx.workspace;
    if (plan.faults) return { workspace, numbers: 0, changes: [], faults: faultsOf(plan.faults) };
    const changes = await routeChangesOf(ctx, plan.steps);
    return { workspace, numbers: plan.numbers, changes, faults: [] };
  },
});
