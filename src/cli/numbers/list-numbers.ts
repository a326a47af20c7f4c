import { z } from "zod";
import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { controlCommand } from "../control/control-command.ts";
import {
  answersDocument,
  answersOf,
  connectionDocument,
  connectionOf,
  numberDocument,
  numberOf,
  versionWordOf,
} from "./number-document.ts";

/** How long to wait for a slow vendor before its numbers are listed as last read, in milliseconds. */
const waitMs = 10_000;

/** The most numbers in one list. */
export const mostListed = 5_000;

/** A page of the numbers that match a filter, and what could not be seen. */
export const numberListDocument = z.object({
  workspace: z.string(),
  total: z.number(),
  offset: z.number(),
  numbers: z.array(
    numberDocument.extend({
      ...answersDocument.shape,
      status: z.string().optional(),
      /** When it was read, if that is more than a minute ago. */
      asOf: z.string().optional(),
    }),
  ),
  /** Connections that did not answer. Their numbers are as last read, or missing. */
  unanswered: z.array(
    z.object({ connection: connectionDocument, problem: z.string(), asOf: z.string().optional() }),
  ),
  /** How many numbers of a connection could not be read. */
  unreadable: z.array(z.object({ connection: connectionDocument, count: z.number() })),
});
export type NumberListDocument = z.infer<typeof numberListDocument>;

export const listNumbers = controlCommand({
  name: "number.list",
  input: z.object({
    filter: z.string().max(300),
    limit: z.number().int().min(1).max(mostListed),
    offset: z.number().int().min(0),
  }),
  output: numberListDocument,
  run: async (ctx, { filter, limit, offset }) => {
    const found = await findNumbers(ctx, filter, { limit, offset, waitMs, withoutAgentFirst: true });
    return {
      workspace: ctx.workspace.id,
      total: found.total,
      offset,
      numbers: found.numbers.map(({ connection, number, labels, asOf }) => ({
        ...numberOf(connection, number),
        ...answersOf(number, { labels, versionWord: versionWordOf(ctx, connection.vendor) }),
        status: number.status,
        asOf: asOf?.toISOString(),
      })),
      unanswered: found.unanswered.map(({ connection, problem, asOf }) => ({
        connection: connectionOf(connection),
        problem: problem.message,
        asOf: asOf?.toISOString(),
      })),
      unreadable: found.unreadable.map(({ connection, count }) => ({
        connection: connectionOf(connection),
        count,
      })),
    };
  },
});
