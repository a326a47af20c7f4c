/** Background work that runs as long as the process serves. */
export interface Job {
  /** Continues what an earlier process left; returns once that has started. */
  start(): Promise<void>;
  /** Starts nothing more. Running work finishes by itself. */
  stop(): void;
}

/** A job that repeats `run`, which must neither throw nor wait for its work. */
export function intervalJob(ms: number, run: () => void): Job {
  let timer: NodeJS.Timeout | undefined;
  return {
    start: async () => {
      timer = setInterval(run, ms);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
