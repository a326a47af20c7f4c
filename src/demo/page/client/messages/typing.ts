import { ask } from "../api.ts";

/** Sends actions in order: what was typed before a click arrives before the click. */
export interface Typing {
  put(key: string, body: object): void;
  /** Sends an action after everything typed. */
  after<Answer>(name: string, body: object): Promise<Answer>;
}

const pauseMs = 120;

/** Keeps the latest text of each input until it is sent. `failed` is called with errors. */
export function typing(failed: (error: unknown) => void): Typing {
  const waiting = new Map<string, object>();
  let timer: number | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const flush = (): void => {
    clearTimeout(timer);
    const bodies = [...waiting.values()];
    waiting.clear();
    for (const body of bodies) last = last.then(async () => ask("fill", body)).catch(failed);
  };
  return {
    put: (key, body) => {
      waiting.set(key, body);
      clearTimeout(timer);
      timer = window.setTimeout(flush, pauseMs);
    },
    after: async <Answer>(name: string, body: object) => {
      flush();
      await last;
      return ask<Answer>(name, body);
    },
  };
}
