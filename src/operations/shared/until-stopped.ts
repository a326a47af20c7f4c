import type { Context } from "./context.ts";

/** The result of the work, or undefined if this process is stopping and the work has not begun. */
export async function untilStopped<T>(ctx: Context, work: () => Promise<T>): Promise<T | undefined> {
  if (ctx.stopping?.aborted) return undefined;
  try {
    return await work();
  } catch (error) {
    if (ctx.stopping?.aborted && error instanceof Error && error.name === "AbortError") return undefined;
    throw error;
  }
}
