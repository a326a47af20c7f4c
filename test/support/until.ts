import { setTimeout, setImmediate as turn } from "node:timers/promises";

/** Looks until something holds, for what takes its time; else fails and names it. */
export async function until(
  what: string,
  look: () => boolean | Promise<boolean>,
  patienceMs = 60_000,
): Promise<void> {
  if (!(await comesAbout(look, patienceMs))) throw new Error(`${what} did not come about`);
}

/** Looks until something holds. Returns false if it does not in time. */
export async function comesAbout(
  look: () => boolean | Promise<boolean>,
  patienceMs: number,
): Promise<boolean> {
  const startedAt = performance.now();
  while (!(await look())) {
    if (performance.now() - startedAt > patienceMs) return false;
    await setTimeout(20);
  }
  return true;
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
