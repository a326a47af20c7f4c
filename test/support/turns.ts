import { setImmediate as turn } from "node:timers/promises";

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
