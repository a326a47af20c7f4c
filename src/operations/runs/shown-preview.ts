import { requesterName, type Run } from "../../domain/runs/run.ts";
import { digestOf } from "../shared/digest.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";

/**
 * The SHA-256 of what a preview says: whose it is, on which terms, and every step with what it found. What became of
 * the steps since, and of what was unknown then, is no part of it.
 */
export async function previewDigest({ id, kind, by, terms, steps }: Run): Promise<string> {
  const shown = steps.map(({ result: _result, foundOfLast: _found, ...step }) => step);
  return digestOf({ id, kind, by: requesterName(by), terms, steps: shown });
}

/** How old a preview may be when it is confirmed, in milliseconds. */
const previewMs = 10 * 60_000;

/** Requires that a run was shown a short while ago. Throws conflict. */
export function assertRecent(ctx: Context, { madeAt }: Pick<Run, "madeAt">): void {
  if (ctx.now().getTime() - Date.parse(madeAt) > previewMs)
    throw new Problem("conflict", "This preview is more than 10 minutes old.");
}
