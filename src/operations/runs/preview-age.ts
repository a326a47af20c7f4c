import { Problem } from "../../domain/problem/problem.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { Context } from "../shared/context.ts";

/** How old a preview may be when it is confirmed, in milliseconds. */
const previewMs = 10 * 60_000;

/** Requires that a run was shown a short while ago. Throws conflict. */
export function assertRecent(ctx: Context, { madeAt }: Pick<Run, "madeAt">): void {
  if (ctx.now().getTime() - Date.parse(madeAt) > previewMs)
    throw new Problem("conflict", "This preview is more than 10 minutes old.");
}
