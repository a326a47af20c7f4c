import { z } from "zod";
import { numberListDocument, numberListOf } from "../../operations/documents/number-list-document.ts";
import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { controlCommand } from "../control/control-command.ts";

/** How long to wait for a slow vendor before its numbers are listed as last read, in milliseconds. */
const waitMs = 10_000;

/** The most numbers in one list. */
export const mostListed = 5_000;

export const listNumbers = controlCommand({
  name: "number.list",
  input: z.object({
    filter: z.string().max(300),
    limit: z.number().int().min(1).max(mostListed),
    offset: z.number().int().min(0),
  }),
  output: numberListDocument,
  run: async (ctx, { filter, limit, offset }) =>
    numberListOf(
      ctx,
      await findNumbers(ctx, filter, { limit, offset, waitMs, withoutAgentFirst: true }),
      offset,
    ),
});
