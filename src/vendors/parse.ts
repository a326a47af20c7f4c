import type { z } from "zod";
import { isProblem, Problem } from "../domain/problem.ts";
import { isBlank } from "../domain/visible-text.ts";

/**
 * Reads a vendor's answer by a zod schema that tolerates more fields than it names. Throws vendor_response_unreadable
 * with the path of the first field that is missing or of another kind, and nothing of what was in it.
 */
export function parse<S extends z.ZodType>(vendor: string, schema: S, json: unknown): z.output<S> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.map(String).join(".") || "the answer itself";
  throw new Problem(
    "vendor_response_unreadable",
    `${vendor} sent an unreadable response: ${place} is missing or not as documented.`,
  );
}

/** The records of a list that can be read, and why each other cannot. Throws what `read` throws where it is no list. */
export function parseEach<S extends z.ZodType, T>(
  vendor: string,
  schema: S,
  records: readonly unknown[],
  made: (record: z.output<S>) => T,
): { readonly items: readonly T[]; readonly unreadable: readonly Problem[] } {
  const items: T[] = [];
  const unreadable: Problem[] = [];
  for (const record of records) {
    try {
      items.push(made(parse(vendor, schema, record)));
    } catch (error) {
      if (!isProblem(error)) throw error;
      unreadable.push(error);
    }
  }
  return { items, unreadable };
}

/** What something is called, or its id where people would see nothing of its name. */
export function nameOr(id: string, name: string | null | undefined): string {
  return name && !isBlank(name) ? name : id;
}

/** A text that a vendor may leave empty: null and what shows nothing are none, undefined stays "not said". */
export function textOrNone(value: string | null | undefined): string | null | undefined {
  return value && !isBlank(value) ? value : value === undefined ? undefined : null;
}
