import { z } from "zod";
import { requesterOf } from "../../domain/runs/run.ts";
import { submitRoutes } from "../../operations/failover/submit-failover.ts";
import { showRoutesRun } from "../../operations/routes/show-routes-run.ts";
import { controlCommand } from "../control/control-command.ts";
import { begunDocument } from "../runs/run-document.ts";
import { runPreviewDocument, runPreviewOf } from "../runs/run-preview.ts";
import { runId } from "../runs/run-commands.ts";
import { faultDocument, faultsOf } from "../yaml/yaml-file.ts";

/** What applying a file would do; or what is wrong with the file. */
export const routesRunDocument = z.object({
  workspace: z.string(),
  /** How many numbers the file names. */
  numbers: z.number(),
  /** Missing if nothing differs. */
  preview: runPreviewDocument.optional(),
  faults: z.array(faultDocument),
});

/** What `routes apply --json` prints if nothing differs; else it prints a `runResultDocument`. */
export const routesInPlaceDocument = z.object({
  outcome: z.literal("unchanged"),
  workspace: z.string(),
  /** How many numbers the file names. */
  numbers: z.number(),
});
export type RoutesInPlace = z.infer<typeof routesInPlaceDocument>;

const line = (most: number) => z.string().trim().min(1).max(most);

export const previewRoutesRun = controlCommand({
  name: "routes.preview",
  input: z.object({
    file: z.unknown(),
    source: z.object({ name: line(80), commit: line(80).optional() }),
    reason: z.string().max(2_000).optional(),
    isProposal: z.boolean(),
  }),
  output: routesRunDocument,
  run: async (ctx, { file, ...options }, { isServer }) => {
    const shown = await showRoutesRun(ctx, file, { ...options, by: requesterOf(ctx.actor) });
    const { id: workspace } = ctx.workspace;
    if (shown.faults) return { workspace, numbers: 0, faults: faultsOf(shown.faults) };
    const { numbers, run } = shown;
    const preview = run && (await runPreviewOf(ctx, run, { isInServer: isServer }));
    return { workspace, numbers, preview, faults: [] };
  },
});

/** Begins a routes run as it was shown, or asks the approvers in Slack for its approval as a whole. */
export const beginRoutesRun = controlCommand({
  name: "routes.apply",
  input: z.object({ run: runId }),
  output: begunDocument,
  run: async (ctx, { run }, hooks) => {
    const submitted = await submitRoutes(ctx, run, requesterOf(ctx.actor));
    const begun = { workspace: ctx.workspace.id, run };
    if (submitted.kind === "asked") {
      const { approval } = submitted;
      hooks.askApprovers?.(ctx, approval);
      return { ...begun, approval: { id: approval.id, expiresAt: approval.expiresAt } };
    }
    await hooks.carryOutRun(ctx, submitted.run);
    return begun;
  },
});
