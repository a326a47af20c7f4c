import { isProblem } from "../../domain/problem/problem.ts";
import { openConnection, type Context } from "./context.ts";

/** How many numbers of one connection bulk work reads or changes concurrently. */
export const atOncePerConnection = 4;

/**
 * Runs one step of bulk work when the account's rate limit has room; people's requests go first. Throws
 * rate_limited, without running it, if the wait would be longer than `longestMs`, and an AbortError if the process
 * ends meanwhile.
 */
export async function inTurn<T>(
  ctx: Context,
  connectionId: string,
  longestMs: number,
  step: () => Promise<T>,
): Promise<T> {
  const open = await openConnection(ctx, connectionId).catch((error: unknown) => {
    // A connection that cannot be opened has no rate limit; the step itself throws the Problem.
    if (isProblem(error)) return undefined;
    throw error;
  });
  return open ? open.account.inTurn(step, { longestMs, signal: ctx.stopping }) : step();
}

/** The same for a step that sends nothing if it throws: repeated while it gets rate_limited and there is time left. */
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
