/**
 * Processes each item, at most `atOnce` of the same key concurrently, started in order. An item for which `act` returns
 * "again" is processed once more, after the others of its key. Throws the first error.
 */
export async function forEachConcurrent<Item>(
  items: readonly Item[],
  { keyOf, atOnce }: { readonly keyOf: (item: Item) => string; readonly atOnce: number },
  act: (item: Item, index: number) => Promise<"again" | undefined | void>,
): Promise<void> {
  const queues = new Map<string, [number, Item][]>();
  for (const [index, item] of items.entries()) {
    const queue = queues.get(keyOf(item)) ?? [];
    queue.push([index, item]);
    queues.set(keyOf(item), queue);
  }
  const workers = [...queues.values()].flatMap((queue) =>
    // One queue for all workers of a key, so that each takes the next free item.
    Array.from({ length: Math.min(atOnce, queue.length) }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [index, item] = next;
        if ((await act(item, index)) === "again") queue.push(next);
      }
    }),
  );
  await Promise.all(workers);
}
