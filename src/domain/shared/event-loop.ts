/** The number of items of a long list to process before yielding to the event loop. */
export const batchSize = 1_000;

// One queue for the whole process, because it has one event loop: however many lists are in progress, each turn of the
// loop processes one batch of one list.
const waiting: (() => void)[] = [];

/** Yields to the event loop: resolves once the waiting events were handled. One caller resumes in each turn. */
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

/** The batch size for items that take ten times as long: database rows that are validated field by field. */
export const smallBatchSize = 100;

/** Calls `act` for each item in order, and yields to the event loop after each batch. */
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
