import { setMaxListeners } from "node:events";
import type { BackgroundTasks } from "./services.ts";

/** Tracks running work. */
export function backgroundTasks(): BackgroundTasks {
  const running = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  // Each form that was submitted lately listens to it, and Node would warn of a leak from the eleventh on.
  setMaxListeners(Number.POSITIVE_INFINITY, stopping.signal);
  return {
    stopping: stopping.signal,
    track: (promise) => {
      const forget = (): void => void running.delete(ended);
      const ended = promise.then(forget, forget);
      running.add(ended);
    },
    drain: async (limitMs) => {
      stopping.abort();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), limitMs);
      });
      const done = (async () => {
        while (running.size > 0) await Promise.all(running);
        return true;
      })();
      try {
        return await Promise.race([done, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
