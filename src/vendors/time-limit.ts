// Not AbortSignal.any with AbortSignal.timeout: some releases of Node garbage-collect the timeout before it fires.
/** Runs a task with a signal that aborts with a TimeoutError after a time limit, or when the caller gives up. */
export async function limited<T>(
  timeoutMs: number,
  caller: AbortSignal | undefined,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const late = (): void => limit.abort(new DOMException("The time limit has passed.", "TimeoutError"));
  const leave = (): void => limit.abort(caller?.reason);
  const timer = setTimeout(late, timeoutMs);
  caller?.addEventListener("abort", leave, { once: true });
  if (caller?.aborted) leave();
  try {
    return await task(limit.signal);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener("abort", leave);
  }
}
