import { z } from "zod";
import { isProblem } from "../../domain/problem/problem.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { controlCommand } from "../control/control-command.ts";
import { changeDocument, changeOf } from "../../operations/documents/number-document.ts";
import { changeId } from "./change-documents.ts";

/** What the audit log knows of a change: nothing if it was never recorded, and then nothing was sent. */
export const changeOutcome = controlCommand({
  name: "number.outcome",
  input: z.object({ changeId }),
  output: z.object({ workspace: z.string(), change: changeDocument.optional() }),
  run: async (ctx, input) => {
    await requireRoleAudited(ctx, "viewer", "see the history");
    const { id, audit } = ctx.workspace;
    try {
      return { workspace: id, change: changeOf(ctx, await audit.change(input.changeId)) };
    } catch (error) {
      if (isProblem(error, "not_found")) return { workspace: id };
      throw error;
    }
  },
});
