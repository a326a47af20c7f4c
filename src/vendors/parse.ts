import type { z } from "zod";
import { batchSize, forEachInBatches, yieldToEventLoop } from "../domain/shared/event-loop.ts";
import { isProblem, Problem } from "../domain/problem/problem.ts";
import { isBlank } from "../domain/text/visible-text.ts";

/**
 * Parses a vendor's response with a zod schema that ignores other fields. Throws vendor_response_unreadable with
 * the path of the first missing or invalid field, and none of the content.
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

/** The readable records of a list, and why the others are not. A list without pages may be very long. */
export async function parseEach<S extends z.ZodType, T>(
  vendor: string,
  schema: S,
  records: readonly unknown[],
  made: (record: z.output<S>) => T,
): Promise<{ readonly items: readonly T[]; readonly unreadable: readonly Problem[] }> {
  const items: T[] = [];
  const unreadable: Problem[] = [];
  // Its JSON was parsed in this turn of the event loop.
  if (records.length > batchSize) await yieldToEventLoop();
  await forEachInBatches(records, (record) => {
    try {
      items.push(made(parse(vendor, schema, record)));
    } catch (error) {
      if (!isProblem(error)) throw error;
      unreadable.push(error);
    }
  });
  return { items, unreadable };
}

/** A name, or the id if the name shows nothing. */
export function nameOr(id: string, name: string | null | undefined): string {
  return name && !isBlank(name) ? name : id;
}

/** An optional text: null and invisible text become null, undefined stays undefined. */
export function textOrNone(value: string | null | undefined): string | null | undefined {
  return value && !isBlank(value) ? value : value === undefined ? undefined : null;
}
