const freshMs = 60_000;
const mostRemembered = 5000;

/** What was learned of Slack, by key, with when (milliseconds since 1970). */
export type Memory<T> = Map<string, { readonly known: T; readonly at: number }>;

/** What was learned less than 60 s ago. */
export function recalled<T>(memory: Memory<T>, key: string, now: Date): T | undefined {
  const found = memory.get(key);
  return found && now.getTime() - found.at < freshMs ? found.known : undefined;
}

/** What is known for less than 60 s, else what is learned now. Throws what `ask` throws, and remembers nothing then. */
export async function remembered<T>(
  memory: Memory<T>,
  key: string,
  now: Date,
  ask: () => Promise<T>,
): Promise<T> {
  const found = recalled(memory, key, now);
  if (found !== undefined) return found;
  const known = await ask();
  if (memory.size >= mostRemembered) memory.clear();
  memory.set(key, { known, at: now.getTime() });
  return known;
}
