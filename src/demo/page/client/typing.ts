import { ask } from "./api.ts";

/** Sends what is done on the page in order: what was typed before a click is known before the click. */
export interface Typing {
  put(key: string, body: object): void;
  /** Does something once everything typed has arrived. */
  after<Answer>(name: string, body: object): Promise<Answer>;
}

const pauseMs = 120;

/** Keeps the latest text of each input until it is sent. `failed` hears of what could not be. */
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
