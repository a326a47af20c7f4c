import { z } from "zod";
import { longestRunbookUrl } from "../../domain/text/runbook-url.ts";
import { setRunbook } from "../../operations/workspace/set-runbook.ts";
import { controlCommand } from "../control/control-command.ts";
import { numberReference, resolveNumber } from "./resolve-number.ts";

/** A number's runbook after it was set or removed. */
export const runbookDocument = z.object({
  workspace: z.string(),
  number: z.string(),
  /** Its address; missing if the number has none now. */
  runbook: z.string().optional(),
});
export type RunbookDocument = z.infer<typeof runbookDocument>;

export const changeRunbook = controlCommand({
  name: "number.runbook",
  input: z.object({ of: numberReference, url: z.string().max(2 * longestRunbookUrl) }),
  output: runbookDocument,
  run: async (ctx, { of, url }) => {
    const key = await resolveNumber(ctx, of);
    const runbook = await setRunbook(ctx, key, url);
    return { workspace: ctx.workspace.id, number: key.numberId, runbook };
  },
});
