import type { z } from "zod";
import { Problem } from "../domain/problem.ts";

/**
 * Reads a vendor's answer by a zod schema that tolerates more fields than it names. Throws vendor_response_unreadable
 * with the path of the first field that is missing or of another kind, and nothing of what was in it.
 */
export function read<S extends z.ZodType>(vendor: string, schema: S, json: unknown): z.output<S> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.map(String).join(".") || "the answer itself";
  throw new Problem(
    "vendor_response_unreadable",
    `${vendor} sent an answer that could not be read: ${place} is missing or not as documented.`,
  );
}

/** A text that a vendor may leave empty: null and "" are none, undefined stays "not said". */
export function textOrNone(value: string | null | undefined): string | null | undefined {
  return value === undefined ? undefined : value || null;
}
