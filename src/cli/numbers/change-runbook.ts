import { z } from "zod";
import { longestRunbookUrl } from "../../domain/text/runbook-url.ts";
import { setRunbook } from "../../operations/workspace/set-runbook.ts";
import { controlCommand } from "../control/control-command.ts";
import { numberOf } from "../../operations/documents/number-document.ts";
import { numberTitle } from "./number-title.ts";
import { numberReference, resolveListed } from "./resolve-number.ts";

/** A number's runbook after it was set or removed. */
export const runbookDocument = z.object({
  workspace: z.string(),
  number: z.string(),
  /** Which number that is, for people. */
  title: z.string(),
  /** Its address; missing if the number has none now. */
  runbook: z.string().optional(),
});
export type RunbookDocument = z.infer<typeof runbookDocument>;

export const changeRunbook = controlCommand({
  name: "number.runbook",
  input: z.object({ of: numberReference, url: z.string().max(2 * longestRunbookUrl) }),
  output: runbookDocument,
  run: async (ctx, { of, url }) => {
    const { key, connection, number } = await resolveListed(ctx, of);
    const runbook = await setRunbook(ctx, key, url);
    const title = numberTitle(numberOf(connection, number));
    return { workspace: ctx.workspace.id, number: key.numberId, title, runbook };
  },
});
