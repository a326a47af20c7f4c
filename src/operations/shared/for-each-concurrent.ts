/**
 * Does something with each item, at most `atOnce` of those with the same key at a time, beginning in their order. Throws
 * what the first to fail throws.
 */
export async function forEachConcurrent<Item>(
  items: readonly Item[],
  { keyOf, atOnce }: { readonly keyOf: (item: Item) => string; readonly atOnce: number },
  act: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queues = new Map<string, [number, Item][]>();
  for (const [index, item] of items.entries())
    queues.set(keyOf(item), [...(queues.get(keyOf(item)) ?? []), [index, item]]);
  const workers = [...queues.values()].flatMap((queue) => {
    // One iterator for all workers of a queue: each takes the next item that nobody has.
    const next = queue.values();
    return Array.from({ length: Math.min(atOnce, queue.length) }, async () => {
      for (const [index, item] of next) await act(item, index);
    });
  });
  await Promise.all(workers);
}
