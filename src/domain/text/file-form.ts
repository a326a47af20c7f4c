import { z } from "zod";
import { textFault } from "./visible-text.ts";

/** What is wrong with a part of a file, for the person who wrote it. */
export interface FileFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The faults that zod found in a file. `what` is what the file has: "A plan". */
export function faultsOfIssue(issue: z.core.$ZodIssue, what: string): readonly FileFault[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], message: `${what} has no “${key}” here.` }));
  const isMissing = issue.code === "invalid_type" && issue.input === undefined;
  const name = path.at(-1);
  return [{ path, message: isMissing ? `“${name}” is missing.` : `${label(name)}${issue.message}` }];
}

const label = (name: string | number | undefined): string => (typeof name === "string" ? `${name}: ` : "");

/** That a connection of a file is unknown, or that several look like it. */
export const noConnection = (text: string): string => `This workspace has no connection “${text}”.`;

/** One line of a file. */
export const line = (most: number) =>
  z
    .string("Write a text, in quotes if it looks like a number.")
    .trim()
    .min(1, "It must not be empty.")
    .max(most, `It has at most ${most} characters.`)
    .refine((text) => textFault(text) === undefined, "It must be one line of visible characters.");

/** The value of a vendor's own field. */
export const fieldValue = z
  .string("Write a text, or null to clear it.")
  .max(10_000, "It has at most 10,000 characters.")
  .refine((text) => textFault(text, true) === undefined, "It contains an invisible character.");
