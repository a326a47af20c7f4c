import { rename } from "./changes.ts";
import type { ReplicaWorld } from "./replica-world.ts";

/** Numbers of Cartesia and of DialNexa. */
const numbers = ["0152", "0107", "0147", "0132"];

/** Lets that many people rename numbers, one change after the other. Returns how to stop, which waits for the last ones. */
export function startRenaming(world: ReplicaWorld, prefix: string, workers: number): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let named = 0;
  const working = world.people.slice(0, workers).map(async (userId, at) => {
    while (!signal.aborted) {
      named += 1;
      // They also meet at the same number.
      const number = numbers[(named + at) % numbers.length] ?? "";
      await rename(world, userId, number, `${prefix} ${named}`);
    }
  });
  return async () => {
    stopping.abort();
    await Promise.all(working);
  };
}
