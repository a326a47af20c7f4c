/** So many items of a long list are handled before others get their turn. */
export const batchSize = 1_000;

// There is one event loop in a process, and so one queue for it: however many lists are being gone through at the same time,
// each turn of the loop has one batch of one of them.
const waiting: (() => void)[] = [];

/** Lets others have their turn: resolves once what waits in the event loop has been handled, one caller in each turn of it. */
export async function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(next);
  });
}

function next(): void {
  const resolve = waiting.shift();
  if (waiting.length > 0) setImmediate(next);
  resolve?.();
}

/** The same of items each of which takes as long as ten others: a row of the database that is checked field by field. */
export const smallBatchSize = 100;

/** Does something with each item, in their order; others get their turn after each bite. */
export async function forEachInBatches<T>(
  items: Iterable<T>,
  act: (item: T, index: number) => void,
  size = batchSize,
): Promise<void> {
  let index = 0;
  for (const item of items) {
    if (index > 0 && index % size === 0) await yieldToEventLoop();
    act(item, index);
    index += 1;
  }
}
