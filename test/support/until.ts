import { setTimeout, setImmediate as turn } from "node:timers/promises";

/** Looks until something holds, for what takes its time; else fails and names it. */
export async function until(
  what: string,
  look: () => boolean | Promise<boolean>,
  patienceMs = 60_000,
): Promise<void> {
  const startedAt = performance.now();
  while (!(await look())) {
    if (performance.now() - startedAt > patienceMs) throw new Error(`${what} did not come about`);
    await setTimeout(20);
  }
}

/** What work comes to, and how many turns of the event loop others had meanwhile. */
export async function turnsOf<T>(work: Promise<T>): Promise<{ readonly result: T; readonly turns: number }> {
  const state = { over: false };
  const ended = (): void => {
    state.over = true;
  };
  work.then(ended, ended);
  let turns = 0;
  for (; !state.over; turns += 1) await turn();
  return { result: await work, turns };
}
