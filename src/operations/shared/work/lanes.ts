/** Runs work in lanes: a few at a time and in order within a lane, lanes in parallel. */
export interface Lanes {
  /** Runs work when its lane has room. Throws what the work throws. */
  run<T>(lane: string, act: () => Promise<T>): Promise<T>;
}

/** Creates lanes with that many places each. Work that hangs in one lane delays no other. */
export function lanes(atOnce: number): Lanes {
  const known = new Map<string, { running: number; readonly waiting: (() => void)[] }>();
  return {
    run: async (name, act) => {
      const lane = known.get(name) ?? { running: 0, waiting: [] };
      known.set(name, lane);
      if (lane.running < atOnce) lane.running += 1;
      // Finished work passes its place on.
      else await new Promise<void>((resolve) => lane.waiting.push(resolve));
      try {
        return await act();
      } finally {
        const next = lane.waiting.shift();
        if (next) next();
        else lane.running -= 1;
        if (lane.running === 0) known.delete(name);
      }
    },
  };
}
