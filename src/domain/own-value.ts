import { z } from "zod";

/**
 * What a record holds under a name that came from outside (an id of a vendor, a word that somebody typed, a row of the
 * database): `constructor` and `__proto__` are names like any other, and no object is born with a value for them.
 */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A record whose names come from outside, read from JSON; zod's own leaves out one that is called `__proto__`. */
export function recordOf<T extends z.ZodType>(value: T) {
  const entries = z.array(z.tuple([z.string(), value]));
  return z
    .preprocess((given) => (isRecord(given) ? Object.entries(given) : given), entries)
    .transform((read): Readonly<Record<string, z.output<T>>> => Object.fromEntries(read));
}

const isRecord = (given: unknown): given is object =>
  typeof given === "object" && given !== null && !Array.isArray(given);
