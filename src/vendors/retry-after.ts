/** Below this a reset header counts seconds; from here on it is a unix time. */
const earliestUnixTime = 1_000_000_000;

/** Headers of an answer by name, in lower case. */
export type Headers = Readonly<Record<string, string>>;

/**
 * How long a vendor asks us to wait, in milliseconds from `now` (unix milliseconds), or undefined when it does not say.
 * Follows RFC 9110 section 10.2.3 (seconds or an HTTP date), then DialNexa's `X-RateLimit-Reset`, which is documented as
 * a unix time and seen as seconds. Header names are in lower case.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  return fromRetryAfter(headers["retry-after"], now) ?? fromReset(headers["x-ratelimit-reset"], now);
}

/** What a vendor says about the limit that is in force: how many more it lets through until it counts anew. */
export interface AnnouncedLimit {
  readonly left: number;
  readonly limit: number | undefined;
  readonly resetMs: number;
}

/** DialNexa's `X-RateLimit-Remaining`, `-Reset` and `-Limit`; undefined where the first two are not both said. */
export function announcedLimit(headers: Headers, now: number): AnnouncedLimit | undefined {
  const left = number(headers["x-ratelimit-remaining"]);
  const resetMs = fromReset(headers["x-ratelimit-reset"], now);
  if (left === undefined || resetMs === undefined) return undefined;
  return { left, limit: number(headers["x-ratelimit-limit"]), resetMs };
}

function fromRetryAfter(text: string | undefined, now: number): number | undefined {
  const seconds = number(text);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  // Date.parse reads far more than HTTP dates ("-5" is the year 2001), so only what begins with a weekday is one.
  const time = text !== undefined && /^\s*[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}

function fromReset(text: string | undefined, now: number): number | undefined {
  const value = number(text);
  if (value === undefined) return undefined;
  return value < earliestUnixTime ? Math.ceil(value * 1000) : Math.max(0, Math.ceil(value * 1000 - now));
}

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d{1,12}(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
