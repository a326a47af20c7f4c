import { setTimeout } from "node:timers/promises";

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
