/** Runs what has the same key one after the other, in the order of the calls. */
export type Turns = <Result>(key: string, act: () => Promise<Result>) => Promise<Result>;

/** Turns within this process, so that waiting writes of one workspace keep no connection from the others. */
export function processTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const before = last.get(key);
    const mine = before === undefined ? act() : before.then(act, act);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
