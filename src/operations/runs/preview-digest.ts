import { requesterName, type Run } from "../../domain/runs/run.ts";
import { digestOf } from "../shared/digest.ts";

/**
 * The SHA-256 of what a preview says: whose it is, on which terms, and every step with what it found. What became of
 * the steps since, and of what was unknown then, is no part of it.
 */
export async function previewDigest({ id, kind, by, terms, steps }: Run): Promise<string> {
  const shown = steps.map(({ result: _result, foundOfLast: _found, ...step }) => step);
  return digestOf({ id, kind, by: requesterName(by), terms, steps: shown });
}
