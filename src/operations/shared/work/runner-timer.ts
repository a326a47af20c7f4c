import type { RunnerTimer } from "./work-runner.ts";

/** The timers of this machine. They do not keep the process alive. */
export function runnerTimer(
  monotonicMs: () => number,
  after: RunnerTimer["after"] = afterTimeout,
): RunnerTimer {
  return {
    monotonicMs,
    every: (ms, run) => {
      const timer = setInterval(run, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
    after,
  };
}

/** Node runs a longer timer at once. An early look is harmless: it finds nothing due. */
const longestTimerMs = 2 ** 31 - 1;

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, longestTimerMs));
  timer.unref();
  return () => clearTimeout(timer);
}
