import { isProblem } from "../../domain/problem/problem.ts";
import type { Context } from "../../operations/shared/context.ts";

const idOf = (subject: string): string => `response-url/${subject}`;

/**
 * Keeps the `response_url` of the conversation where approval was requested or a revert was confirmed, for the replica
 * that will report it. Without it, the report goes by the Web API.
 */
export async function keepResponseUrl(ctx: Context, subject: string, url: string | undefined): Promise<void> {
  if (url === undefined) return;
  await orNothing(ctx, async () => ctx.workspace.shortLivedSecrets.keep(idOf(subject), url));
}

/** The kept `response_url`, once. */
export async function takeResponseUrl(ctx: Context, subject: string): Promise<string | undefined> {
  return orNothing(ctx, async () => ctx.workspace.shortLivedSecrets.take(idOf(subject)));
}

async function orNothing<T>(ctx: Context, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!isProblem(error)) throw error;
    ctx.log.warn({ requestId: ctx.requestId, err: error }, "response_url not kept or found");
    return undefined;
  }
}
