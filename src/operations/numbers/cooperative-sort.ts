import { batchSize, yieldToEventLoop } from "../../domain/shared/event-loop.ts";

/** A stable sort that yields to the event loop. */
export async function cooperativeSort<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < items.length; from += batchSize) {
    if (from > 0) await yieldToEventLoop();
    runs.push(items.slice(from, from + batchSize).toSorted(compare));
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      longer.push(await merged(runs[at] ?? [], runs[at + 1] ?? [], compare));
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

async function merged<T>(
  one: readonly T[],
  other: readonly T[],
  compare: (a: T, b: T) => number,
): Promise<T[]> {
  // Allocated at full length, because a growing array leaves its smaller copies as garbage.
  const all = Array.from<T>({ length: one.length + other.length });
  let [end, next] = [0, 0];
  for (const [at, first] of one.entries()) {
    for (let second = other[next]; second !== undefined && compare(second, first) < 0; second = other[next]) {
      all[end++] = second;
      next += 1;
    }
    all[end++] = first;
    if (at % batchSize === batchSize - 1) await yieldToEventLoop();
  }
  for (const second of other.slice(next)) all[end++] = second;
  return all;
}
