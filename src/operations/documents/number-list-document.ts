import { z } from "zod";
import { keyText } from "../../domain/numbers/phone-number.ts";
import type { NumberList } from "../numbers/find-numbers.ts";
import type { Context } from "../shared/context.ts";
import {
  answersDocument,
  answersOf,
  connectionDocument,
  connectionOf,
  numberDocument,
  numberOf,
  versionWordOf,
} from "./number-document.ts";

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
      /** The address of its runbook. */
      runbook: z.string().optional(),
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

export async function numberListOf(
  ctx: Context,
  found: NumberList,
  offset: number,
): Promise<NumberListDocument> {
  const runbooks = new Map(
    (await ctx.workspace.runbooks.list()).map(({ key, url }) => [keyText(key), url] as const),
  );
  return {
    workspace: ctx.workspace.id,
    total: found.total,
    offset,
    numbers: found.numbers.map(({ key, connection, number, labels, asOf }) => ({
      ...numberOf(connection, number),
      ...answersOf(number, { labels, versionWord: versionWordOf(ctx, connection.vendor) }),
      status: number.status,
      asOf: asOf?.toISOString(),
      runbook: runbooks.get(keyText(key)),
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
}
