import { isProblem } from "../../domain/problem.ts";
import { openConnection, type Context } from "./context.ts";

/** How many numbers of one connection are looked at, or changed, at the same time by work on many. */
export const atOncePerConnection = 4;

/**
 * Runs one step of work on many numbers when its account has room for it; people's single requests go first. Throws
 * rate_limited, without running it, where the wait would be longer than `longestMs`, an AbortError when the process ends
 * meanwhile.
 */
export async function inTurn<T>(
  ctx: Context,
  connectionId: string,
  longestMs: number,
  step: () => Promise<T>,
): Promise<T> {
  const open = await openConnection(ctx, connectionId).catch((error: unknown) => {
    // What cannot be opened has no limit to keep to, and the step has the words for it.
    if (isProblem(error)) return undefined;
    throw error;
  });
  return open ? open.account.inTurn(step, { longestMs, signal: ctx.stopping }) : step();
}

/**
 * The same for a step that sends nothing when it throws: repeated, each time in its turn, while it meets rate_limited and
 * there is time left.
 */
export async function repeatedInTurn<T>(
  ctx: Context,
  connectionId: string,
  leftMs: () => number,
  step: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await inTurn(ctx, connectionId, Math.max(0, leftMs()), step);
    } catch (error) {
      if (!isProblem(error, "rate_limited") || (error.details.retryAfterMs ?? 0) >= leftMs()) throw error;
    }
  }
}
