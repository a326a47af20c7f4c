import type { Log } from "../../../domain/ports/log.ts";
import type {
  Reschedule,
  WorkClaim,
  WorkItem,
  WorkKind,
  WorkQueue,
} from "../../../domain/ports/work-queue.ts";
import type { Job } from "./interval-job.ts";
import { nameOf, workLeases, type HeldWork, type LeaseTimer } from "./work-leases.ts";

/** When work is due again; undefined when it is done, or when what it wrote has scheduled it. */
export type Again = Reschedule | undefined;

/** Timers; real ones by default. Tests pass their own. */
export interface RunnerTimer extends LeaseTimer {
  /** Runs something once, and returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Longer waits are left to the looks at every interval, in milliseconds. */
const longestWakeMs = 60 * 60_000;

/** What a runner needs. */
export interface WorkRunnerOptions {
  readonly kind: WorkKind;
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  /** The interval of looks for work that other servers scheduled or left, in milliseconds. */
  readonly everyMs: number;
  /** How much of it this process does at once, and how much of one lane all servers together. */
  readonly atOnce: number;
  readonly perLane: number;
  /** The delay before another attempt at work that failed, in milliseconds. */
  readonly retryMs: number;
  /** The log message for work that failed. */
  readonly failed: string;
  /** Whether nothing is claimed now. */
  readonly isPaused?: (() => boolean) | undefined;
  /** Does a piece of work. What it throws is logged, and the work tried again. */
  run(held: HeldWork): Promise<Again>;
  /** Keeps the process alive meanwhile. */
  track(work: Promise<unknown>): void;
}

/** Does the due work of one kind: claims it, renews the claim while it works, and finishes it. */
export interface WorkRunner extends Job {
  /** Looks for due work now, for work that this process has just scheduled. Never throws. */
  check(): void;
  /** The same, until all that it started is done. */
  round(): Promise<void>;
  /**
   * Does work that this process scheduled for itself, instead of `run`. Returns whether this process still held it; else
   * another one does it. Throws what `act` throws; then `run` tries again later.
   */
  own(item: WorkItem, act: (held: HeldWork) => Promise<Again>): Promise<boolean>;
}

/** The runner of one kind in this process. */
export function workRunner(options: WorkRunnerOptions): WorkRunner {
  const { kind, queue, log, timer, everyMs, atOnce, perLane, retryMs, failed, track } = options;
  const { isPaused = () => false } = options;
  const leases = workLeases({ queue, log, timer });
  const running = new Set<Promise<void>>();
  const wakes = new Map<string, () => void>();
  let isStopped = false;
  let look: Promise<void> | undefined;
  let looksAgain = false;
  let stopTicks: () => void = () => undefined;

  const wake = (claim: WorkClaim, ms: number): void => {
    if (isStopped || ms > longestWakeMs) return;
    const name = nameOf(claim);
    wakes.get(name)?.();
    const run = (): void => {
      wakes.delete(name);
      track(hasten(claim));
    };
    wakes.set(name, timer.after(ms, run));
  };
  const hasten = async (claim: WorkClaim): Promise<void> => {
    try {
      await queue.hasten(claim);
    } catch (err) {
      log.error({ workspace: claim.workspaceId, item: claim.itemId, err }, failed);
    }
    check();
  };
  const finish = async (held: HeldWork, again: Again): Promise<void> => {
    const next = isStopped && again?.hasFailed ? { dueInMs: 0 } : again;
    let isLater: boolean;
    try {
      isLater = await queue.finish(held.claim, next);
    } catch (err) {
      log.error({ workspace: held.claim.workspaceId, item: held.claim.itemId, err }, failed);
      // What is done is not done again while this process runs: only finishing it is tried again.
      if (!isStopped) timer.after(retryMs, () => track(finish(held, again)));
      return;
    }
    leases.release(held);
    if (next && isLater) wake(held.claim, next.dueInMs);
  };
  const attempt = async (held: HeldWork): Promise<void> => {
    const { workspaceId: workspace, itemId: item } = held.claim;
    let again: Again;
    try {
      again = await options.run(held);
    } catch (err) {
      if (!isStopped) log.error({ workspace, item, err }, failed);
      // What counts as a failed attempt is returned. Anything else, such as a database that fails, kept it from one.
      again = { dueInMs: retryMs, hasFailed: true, isUncounted: true };
    }
    await finish(held, again);
  };
  const start = (held: HeldWork): void => {
    const work = attempt(held).finally(() => {
      running.delete(work);
      // There may be more in its lane.
      check();
    });
    running.add(work);
    track(work);
  };
  const underway = (): readonly Promise<void>[] => (look ? [look, ...running] : [...running]);
  const claimAndStart = async (): Promise<void> => {
    const limit = atOnce - running.size;
    if (isStopped || isPaused() || limit <= 0) return;
    const claims = await leases.claim(kind, { limit, perLane });
    for (const held of claims) start(held);
  };
  const lookUntilDone = async (): Promise<void> => {
    do {
      looksAgain = false;
      try {
        await claimAndStart();
      } catch (err) {
        log.error({ kind, err }, failed);
      }
    } while (looksAgain);
    look = undefined;
  };
  function check(): void {
    if (isStopped) return;
    looksAgain = true;
    if (look) return;
    look = lookUntilDone();
    track(look);
  }
  return {
    start: async () => {
      stopTicks = timer.every(everyMs, check);
      check();
    },
    stop: () => {
      isStopped = true;
      stopTicks();
      for (const cancel of wakes.values()) cancel();
      wakes.clear();
    },
    check,
    round: async () => {
      check();
      for (let now = underway(); now.length > 0; now = underway()) await Promise.all(now);
    },
    own: async (item, act) => {
      const held = await leases.own(item);
      if (!held) return false;
      let again: Again = { dueInMs: retryMs, hasFailed: true, isUncounted: true };
      try {
        again = await act(held);
      } finally {
        await finish(held, again);
      }
      return true;
    },
  };
}
