/**
 * A signal that is aborted after so many milliseconds, with a TimeoutError, or earlier by another one. Node collects an
 * `AbortSignal.timeout` that nothing but an `AbortSignal.any` refers to, before its time: here the timer keeps it.
 */
export function timeLimit(ms: number, earlier?: AbortSignal): AbortSignal {
  if (!earlier) return AbortSignal.timeout(ms);
  const limit = new AbortController();
  const late = (): void => limit.abort(new DOMException("The time limit has passed.", "TimeoutError"));
  setTimeout(late, ms).unref();
  return AbortSignal.any([limit.signal, earlier]);
}
