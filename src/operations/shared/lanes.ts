/** Runs things in lanes: those of one lane a few at a time and in their order, those of different lanes beside each other. */
export interface Lanes {
  /** Runs it when there is room in its lane. Throws what it throws. */
  run<T>(lane: string, act: () => Promise<T>): Promise<T>;
}

/** Lanes with room for so many at a time in each. What hangs in one lane holds up no other. */
export function lanes(atOnce: number): Lanes {
  const known = new Map<string, { running: number; readonly waiting: (() => void)[] }>();
  return {
    run: async (name, act) => {
      const lane = known.get(name) ?? { running: 0, waiting: [] };
      known.set(name, lane);
      if (lane.running < atOnce) lane.running += 1;
      // Whoever is done hands their place on.
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
