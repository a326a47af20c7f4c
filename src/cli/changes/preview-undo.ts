import { z } from "zod";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import { lastChangeOf } from "../../operations/history/last-change-in-channel.ts";
import { previewRestore, type RestorePreview } from "../../operations/restore/preview-restore.ts";
import type { Context } from "../../operations/shared/context.ts";
import { controlCommand } from "../control/control-command.ts";
import { numberReference, resolveNumber } from "../numbers/resolve-number.ts";
import { changeId, changeTerms, previewDocument, type PreviewDocument } from "./change-documents.ts";
import { previewOf, readTerms } from "./preview-change.ts";

export const previewUndo = controlCommand({
  name: "number.preview-undo",
  input: z.object({
    /** A change by its id, or the last one of a number. */
    of: z.union([z.object({ change: changeId }), numberReference]),
    terms: changeTerms.pick({ reason: true, incident: true, breakGlass: true }),
    /** Whether to undo it although the number was changed since. */
    overNewer: z.boolean(),
  }),
  output: previewDocument,
  run: async (ctx, { of, terms, overNewer }) => {
    const id = "change" in of ? of.change : await lastChangeOf(ctx, await resolveNumber(ctx, of));
    const about = await readTerms(ctx, terms);
    const preview = await previewRestore(ctx, id, "before");
    const { restore, view, now, verdict, obstacle } = preview;
    if (verdict === "already so")
      throw new Problem("nothing_to_change", "The number already is as it was before that change.");
    if (verdict === "moved since" && !overNewer) throw movedSince(preview);
    if (obstacle) throw obstacle;
    const { change } = restore;
    const shown = await previewOf(ctx, view, change, {
      changeId: ctx.newId("chg"),
      key: view.key,
      change,
      // Over a newer change, only later ones are conflicts.
      seen: verdict === "moved since" ? now : preview.seen,
      ...about,
      undoes: id,
    });
    // The names that the fields' values had when the change was made.
    const labels = { ...preview.record.requested.labels, ...shown.labels };
    return { ...shown, labels, redoes: await redoneBy(ctx, preview.record) };
  },
});

/** What is made again by an undo of this change: what it undid itself, if it is an undo or a revert. */
async function redoneBy(ctx: Context, { requested }: ChangeRecord): Promise<PreviewDocument["redoes"]> {
  const undone = requested.details?.undoes;
  if (undone === undefined) return undefined;
  try {
    const { requested: first } = await ctx.workspace.audit.change(undone);
    return { changeId: undone, until: first.details?.until };
  } catch (error) {
    // Its month was retired.
    if (isProblem(error, "not_found")) return { changeId: undone };
    throw error;
  }
}

function movedSince({ movedBy, restore, now }: RestorePreview): Problem {
  const { actor, at, changeId: newer } = movedBy?.requested ?? {};
  const by = actor ? ` by ${formatActor(actor)} at ${at ?? ""} (${newer ?? ""})` : " outside Patchbay";
  return new Problem(
    "conflict",
    `The number was changed since${by}. To undo the older change all the same, add --over-newer.`,
    { seen: restore.made, now },
  );
}
