import { z } from "zod";
import { numberHistory } from "../../operations/history/number-history.ts";
import { controlCommand } from "../control/control-command.ts";
import { changeDocument, changeOf } from "../../operations/documents/number-document.ts";
import { numberReference, resolveNumber } from "./resolve-number.ts";

/** The most changes in one page. */
export const mostChanges = 500;

/** A page of changes, newest first. */
export const historyDocument = z.object({
  workspace: z.string(),
  changes: z.array(changeDocument),
  /** For --before of the next page; missing on the last one. */
  next: z.number().optional(),
});
export type HistoryDocument = z.infer<typeof historyDocument>;

export const showHistory = controlCommand({
  name: "number.history",
  input: z.object({
    of: numberReference.optional(),
    limit: z.number().int().min(1).max(mostChanges),
    before: z.number().int().min(1).optional(),
  }),
  output: historyDocument,
  run: async (ctx, { of, limit, before }) => {
    const number = of && (await resolveNumber(ctx, of));
    const page = await numberHistory(ctx, { number, limit, beforeSequence: before });
    return {
      workspace: ctx.workspace.id,
      changes: page.changes.map((change) => changeOf(ctx, change)),
      next: page.next,
    };
  },
});
