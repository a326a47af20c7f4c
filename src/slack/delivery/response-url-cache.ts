const urls = new Map<string, string>();
const mostKept = 500;

/**
 * Remembers the `response_url` of a conversation for what is told there later, by this process only: it is a secret of
 * that conversation, good for 30 minutes, and is never written down.
 */
export function cacheResponseUrl(approvalId: string, responseUrl: string | undefined): void {
  if (responseUrl === undefined) return;
  urls.set(approvalId, responseUrl);
  const [oldest] = urls.keys();
  if (urls.size > mostKept && oldest !== undefined) urls.delete(oldest);
}

/** The `response_url` that was kept, once; undefined after a restart. */
export function takeResponseUrl(approvalId: string): string | undefined {
  const url = urls.get(approvalId);
  urls.delete(approvalId);
  return url;
}
