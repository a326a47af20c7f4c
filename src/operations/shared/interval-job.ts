/** Work that goes on beside the requests for as long as the process serves. */
export interface Job {
  /** Takes up what an earlier process left; returns once that is under way. */
  start(): Promise<void>;
  /** Begins nothing more. What is under way ends by itself. */
  stop(): void;
}

/** A job that does one thing again and again; `run` neither throws nor waits for its work. */
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
