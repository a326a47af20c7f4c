import { z } from "zod";
import { Problem } from "../../domain/problem/problem.ts";
import { limits } from "./blocks.ts";

/** A text that Slack keeps for us and hands back, written and read by one schema. */
export interface TypedValue<T> {
  encode(value: T): string;
  /** Throws invalid_input for what is forged, or was written by a version that wrote it differently. */
  parse(text: string | null | undefined): T;
}

/** The value of a button. */
export interface ButtonValue<T> extends TypedValue<T> {
  /** Throws a RangeError for a value that is longer than Slack takes. */
  encode(value: T): string;
  /** Undefined for a value that is longer than Slack takes. */
  encodeIfFits(value: T): string | undefined;
}

/** JSON on one side, what a schema makes of it on the other. */
export function json<T extends z.ZodType>(schema: T): z.ZodCodec<z.ZodString, T> {
  return z.codec(z.string(), schema, {
    decode: (text, { issues }) => {
      try {
        return JSON.parse(text);
      } catch {
        issues.push({ code: "invalid_format", format: "json", input: text });
        return z.NEVER;
      }
    },
    encode: (value) => JSON.stringify(value),
  });
}

/** The value of a button, of at most 2,000 characters. The schema reads it from text and writes it back. */
export function buttonValue<T>(
  schema: z.ZodType<T, string>,
  stale = (cause: unknown): Problem =>
    new Problem("invalid_input", "This button belongs to another version of Patchbay.", {}, cause),
): ButtonValue<T> {
  const encodeIfFits = (value: T): string | undefined => {
    const text = z.encode(schema, value);
    return text.length <= limits.buttonValue ? text : undefined;
  };
  return {
    encodeIfFits,
    encode: (value) => {
      const text = encodeIfFits(value);
      if (text === undefined)
        throw new RangeError(`A button's value is longer than ${limits.buttonValue} characters.`);
      return text;
    },
    parse: (text) => parseOr(schema, text, stale),
  };
}

/** Reads a text with a schema. Throws what `stale` makes of the reason where that fails. */
export function parseOr<T>(
  schema: z.ZodType<T, string>,
  text: string | null | undefined,
  stale: (cause: unknown) => Problem,
): T {
  const { data, error } = schema.safeParse(text ?? "");
  if (error) throw stale(error);
  return data;
}
