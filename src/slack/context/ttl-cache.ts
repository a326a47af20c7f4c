const freshMs = 60_000;
const mostRemembered = 5000;

/** What was learned of Slack, by key, with when by the monotonic clock, in milliseconds. */
export type TtlCache<T> = Map<string, { readonly known: T; readonly at: number }>;

/** What was learned less than 60 s ago. */
export function getCached<T>(memory: TtlCache<T>, key: string, nowMs: number): T | undefined {
  const found = memory.get(key);
  return found && nowMs - found.at < freshMs ? found.known : undefined;
}

/** What is known for less than 60 s, else what is learned now. Throws what `ask` throws, and remembers nothing then. */
export async function getOrLoad<T>(
  memory: TtlCache<T>,
  key: string,
  nowMs: number,
  ask: () => Promise<T>,
): Promise<T> {
  const found = getCached(memory, key, nowMs);
  if (found !== undefined) return found;
  const known = await ask();
  if (memory.size >= mostRemembered) memory.clear();
  memory.set(key, { known, at: nowMs });
  return known;
}
