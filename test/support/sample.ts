/** Numbers from 0 up to 1 that look random and are the same for a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whether a name contains one of these texts; true when there is none. */
export const isNamed = (name: string, texts: readonly string[]): boolean =>
  texts.length === 0 || texts.some((text) => name.includes(text));

/**
 * So many of them in their order, drawn by a seed: a tenth at least from each kind that has as many, so that none goes
 * untried. All when there are no more.
 */
export function sample<T extends { readonly kind: string }>(
  all: readonly T[],
  size: number,
  seed: number,
): T[] {
  const random = seededRandom(seed);
  const lots = all
    .map((each) => ({ each, lot: random() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ each }) => each);
  const kinds = new Set(all.map(({ kind }) => kind));
  const firsts = [...kinds].flatMap((of) =>
    lots.filter(({ kind }) => kind === of).slice(0, Math.floor(size / 10)),
  );
  const drawn = new Set(firsts);
  for (const each of lots) if (drawn.size < size) drawn.add(each);
  return all.filter((each) => drawn.has(each));
}
