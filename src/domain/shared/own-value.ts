import { z } from "zod";

/**
 * The own property of a record for a name from outside (a vendor's id, a word that somebody typed, a database row).
 * Names such as `constructor` and `__proto__` never return an inherited value.
 */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A record with names from outside, parsed from JSON. Zod's own record drops a key named `__proto__`. */
export function recordOf<T extends z.ZodType>(value: T, error?: string) {
  const entries = z.array(z.tuple([z.string(), value]), error);
  return z
    .preprocess((given) => (isRecord(given) ? Object.entries(given) : noList(given)), entries)
    .transform((read): Readonly<Record<string, z.output<T>>> => Object.fromEntries(read));
}

const noList = (given: unknown): unknown => (Array.isArray(given) ? null : given);

const isRecord = (given: unknown): given is object =>
  typeof given === "object" && given !== null && !Array.isArray(given);
