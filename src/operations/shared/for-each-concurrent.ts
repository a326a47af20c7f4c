/** Processes each item, at most `atOnce` of the same key concurrently, started in order. Throws the first error. */
export async function forEachConcurrent<Item>(
  items: readonly Item[],
  { keyOf, atOnce }: { readonly keyOf: (item: Item) => string; readonly atOnce: number },
  act: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queues = new Map<string, [number, Item][]>();
  for (const [index, item] of items.entries()) {
    const queue = queues.get(keyOf(item)) ?? [];
    queue.push([index, item]);
    queues.set(keyOf(item), queue);
  }
  const workers = [...queues.values()].flatMap((queue) => {
    // One iterator for all workers of a queue, so that each takes the next free item.
    const next = queue.values();
    return Array.from({ length: Math.min(atOnce, queue.length) }, async () => {
      for (const [index, item] of next) await act(item, index);
    });
  });
  await Promise.all(workers);
}
