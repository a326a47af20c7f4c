import { setTimeout as pause } from "node:timers/promises";

/** The time since 1970 in milliseconds, by the clock by which the fakes time requests. */
export const now = (): number => performance.timeOrigin + performance.now();

/** Waits for a condition or a time limit: a few of many may be late on a busy machine. */
export async function waitUntil(isSo: () => boolean, withinMs: number): Promise<void> {
  const giveUpAt = now() + withinMs;
  while (!isSo() && now() < giveUpAt) await pause(5);
}

/** Acts so many times a second, and waits until every act is over. */
export async function pacing<T>(
  perSecond: number,
  many: number,
  act: (at: number) => Promise<T>,
): Promise<T[]> {
  const startedAt = performance.now();
  const under: Promise<T>[] = [];
  for (let at = 0; at < many; at += 1) {
    await pause(Math.max(0, startedAt + (at * 1000) / perSecond - performance.now()));
    under.push(act(at));
  }
  return Promise.all(under);
}
