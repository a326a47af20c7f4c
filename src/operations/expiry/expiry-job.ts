import type { Log } from "../../domain/ports/log.ts";
import type { WorkQueue } from "../../domain/ports/work-queue.ts";
import type { Notifier } from "../notifications/notifier.ts";
import { atOncePerConnection } from "../shared/bulk.ts";
import type { Context, LookedUpAgents } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { assertHeld, type HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { processExpiry, processDuringClockSkew } from "./process-expiry.ts";

/** How many changes are processed at once, of all connections. */
const atOnce = 200;
/** How long an agent that was looked up is not looked up again, in milliseconds. */
const lookupMs = 10_000;

/** The dependencies of the expiry job. */
export interface ExpiryJobOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  /** Whether the machine's clock is known to be wrong. Then nothing expires, and people are notified of that. */
  isClockSkewed?: (() => boolean) | undefined;
  contextFor(workspaceId: string): Context;
  readonly notifier: Notifier;
  /** Keeps the process alive while a change is processed. */
  track(work: Promise<unknown>): void;
}

/**
 * The job that reverts temporary changes when they expire, including those that expired while no process ran: a few of
 * each connection concurrently, so that a slow or rate-limited connection delays only its own.
 */
export function expiryJob(options: ExpiryJobOptions): WorkRunner {
  const { queue, log, timer, everyMs, isClockSkewed = () => false, contextFor, notifier, track } = options;
  const lookedUp = recentLookups(timer);
  const run = async (held: HeldWork) => {
    const { workspaceId, itemId: changeId } = held.claim;
    const ctx = derivedContext(contextFor(workspaceId), { lookedUp: lookedUp() });
    if (ctx.stopping?.aborted) return { dueInMs: 0 };
    const guarded: Pick<Notifier, "temporaryChange"> = {
      temporaryChange: async (...notice) => {
        assertHeld(held);
        await notifier.temporaryChange(...notice);
      },
    };
    // Checked now, because the clock may have been set while this change waited.
    const process = isClockSkewed() ? processDuringClockSkew : processExpiry;
    const isOver = await process(ctx, changeId, guarded);
    return isOver ? undefined : { dueInMs: 10 * everyMs };
  };
  const runner = workRunner({
    kind: "expiry",
    queue,
    log,
    timer,
    everyMs,
    atOnce,
    perLane: atOncePerConnection,
    retryMs: everyMs,
    failed: "expiry not processed",
    run,
    track,
  });
  const logClock = clockLog(log, isClockSkewed);
  let stopLogging: () => void = () => undefined;
  return {
    ...runner,
    start: async () => {
      stopLogging = timer.every(everyMs, logClock);
      await runner.start();
    },
    stop: () => {
      stopLogging();
      runner.stop();
    },
  };
}

/** Shares the agents that are looked up by what is processed at about the same time. */
function recentLookups({ monotonicMs }: RunnerTimer): () => LookedUpAgents {
  let lookedUp: LookedUpAgents = new Map();
  let since = monotonicMs();
  return () => {
    if (monotonicMs() - since < lookupMs) return lookedUp;
    since = monotonicMs();
    return (lookedUp = new Map());
  };
}

/** Logs once that everything waits for the clock. */
function clockLog(log: Log, isClockSkewed: () => boolean): () => void {
  let saidOff = false;
  return () => {
    const isOff = isClockSkewed();
    if (isOff && !saidOff)
      log.error({}, "the clock is wrong: no temporary change reverts until it is correct");
    if (!isOff && saidOff) log.info({}, "the clock is correct again: temporary changes revert on time");
    saidOff = isOff;
  };
}
