import { z } from "zod";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { controlCommand } from "../control/control-command.ts";
import { runDocument, runOf } from "./run-document.ts";

export const runId = z.string().regex(/^(?:run|rev)_[\w-]{1,60}$/u);

/** The rules that a person overrides to begin a run, and why. */
export const rulesToOverride = {
  override: z.array(z.string().max(100)).max(100).default([]),
  reason: z.string().max(2_000).optional(),
};

/** How far a run is, with the numbers that it has not changed. */
export const showRun = controlCommand({
  name: "run.show",
  input: z.object({ run: runId }),
  output: runDocument,
  run: async (ctx, { run }, { isServer }) => {
    await requireRoleAudited(ctx, "viewer", "see runs");
    return runOf(ctx, await ctx.workspace.runs.get(run), { isInServer: isServer, shows: "not applied" });
  },
});
