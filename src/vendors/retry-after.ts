import { parseRetryAfter, longestWaitMs, withinLimits } from "../domain/shared/waits.ts";

/** A reset header below this is in seconds; from here on, it is a unix time. */
const earliestUnixTime = 1_000_000_000;
/** The largest announced limit that counts as plausible. */
const largestLimit = 10_000;

/** Response headers by name, in lower case. */
export type Headers = Readonly<Record<string, string>>;

/**
 * How long a vendor asks us to wait, in milliseconds from `now` (unix milliseconds), at most `longestWaitMs`; undefined
 * if it does not say. Follows RFC 9110 section 10.2.3 (seconds or an HTTP date), then the reset of an announced limit.
 * Dates are compared with the response's own `Date`, so neither clock has to be correct. Header names are in lower
 * case.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const sentAt = sentAtOf(headers, now);
  return fromRetryAfter(headers["retry-after"], sentAt) ?? limitHeaders(headers, sentAt)?.resetMs;
}

/** The current rate limit according to the vendor: how many more requests it accepts until it starts a new count. */
export interface AnnouncedLimit {
  readonly left: number;
  readonly limit: number | undefined;
  readonly resetMs: number;
}

/**
 * The limit that a response announces: DialNexa's `X-RateLimit-Remaining`, `-Reset` and `-Limit`, or the same without
 * `X-` (IETF drafts). DialNexa documents the reset as a unix time but sends seconds. Undefined unless both remaining
 * and reset are present.
 */
export function announcedLimit(headers: Headers, now: number): AnnouncedLimit | undefined {
  const { left, limit, resetMs } = limitHeaders(headers, sentAtOf(headers, now)) ?? {};
  if (left === undefined || resetMs === undefined) return undefined;
  return { left: Math.min(left, largestLimit), limit: limit && Math.min(limit, largestLimit), resetMs };
}

function limitHeaders(headers: Headers, sentAt: number) {
  for (const prefix of ["x-ratelimit", "ratelimit"]) {
    const said = (name: string): string | undefined => headers[`${prefix}-${name}`];
    const resetMs = fromReset(said("reset"), sentAt);
    const left = number(said("remaining"));
    if (resetMs !== undefined || left !== undefined) return { left, limit: number(said("limit")), resetMs };
  }
  return undefined;
}

function sentAtOf(headers: Headers, now: number): number {
  const date = Date.parse(headers["date"] ?? "");
  return Number.isNaN(date) ? now : date;
}

function fromRetryAfter(text: string | undefined, sentAt: number): number | undefined {
  const asked = parseRetryAfter(text, sentAt);
  return asked === undefined ? undefined : wait(asked);
}

function fromReset(text: string | undefined, sentAt: number): number | undefined {
  const value = number(text);
  if (value === undefined) return undefined;
  return wait(value < earliestUnixTime ? value * 1000 : value * 1000 - sentAt);
}

const wait = (ms: number): number => withinLimits(Math.ceil(ms), 0, longestWaitMs);

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d{1,12}(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
