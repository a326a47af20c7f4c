import type { Log } from "../../domain/ports/log.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import type { Context } from "../shared/context.ts";
import { workRunner, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { tokenEvent } from "./token-event.ts";

/** How many workspaces are worked for at once. */
const atOnce = 50;

/** What the job needs. */
export interface TokensJobOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  /** While the clock is wrong, no token is removed. */
  isClockSkewed(): boolean;
  contextFor(workspaceId: string): Context;
  /** Keeps the process alive during the work. */
  track(work: Promise<unknown>): void;
}

/** Removes tokens that have expired, each with its entry. They are refused from that moment on, removed or not. */
export function tokensJob({ contextFor, isClockSkewed, ...options }: TokensJobOptions): WorkRunner {
  return workRunner({
    ...options,
    kind: "token_expiry",
    isPaused: isClockSkewed,
    atOnce,
    perLane: 1,
    retryMs: options.everyMs,
    failed: "expired tokens not removed",
    run: async ({ claim }) => {
      await expireTokens(contextFor(claim.workspaceId));
      // Those that have expired are no longer scheduled.
      return { dueInMs: options.everyMs };
    },
  });
}

async function expireTokens(ctx: Context): Promise<void> {
  const { tokens } = ctx.workspace;
  const now = ctx.now().toISOString();
  for (const token of await tokens.list())
    if (token.expiresAt <= now) await tokens.remove(token.id, tokenEvent(ctx, "token.expired", token));
}
