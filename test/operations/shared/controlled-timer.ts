import { setImmediate as turn } from "node:timers/promises";
import type { RunnerTimer } from "../../../src/operations/shared/work/work-runner.ts";

/** A clock that stands still until a test lets time pass, with its timers. */
export interface ControlledTimer extends RunnerTimer {
  now(): Date;
  /** Lets time pass, running what is due in order, each with the work that it starts. */
  pass(ms: number): Promise<void>;
}

interface Timer {
  readonly run: () => void;
  readonly everyMs?: number;
  at: number;
}

/** A controlled clock. */
export function controlledTimer(start = Date.UTC(2026, 0, 1, 3)): ControlledTimer {
  let clock = start;
  const timers = new Set<Timer>();
  const add = (timer: Timer) => {
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  return {
    now: () => new Date(clock),
    monotonicMs: () => clock,
    after: (ms, run) => add({ at: clock + ms, run }),
    every: (ms, run) => add({ at: clock + ms, everyMs: ms, run }),
    pass: async (ms) => {
      const end = clock + ms;
      await settled();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        clock = next.at;
        if (next.everyMs === undefined) timers.delete(next);
        else next.at += next.everyMs;
        next.run();
        await settled();
      }
      clock = end;
      await settled();
    },
  };
}

/** What is started in one turn takes a few more: reads and writes of a database in memory, one after the other. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 30; turns += 1) await turn();
}
