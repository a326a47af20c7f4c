import { networkFault, networkFaultText } from "../domain/vendor/network-fault.ts";
import { Problem, type ProblemDetails } from "../domain/problem/problem.ts";
import { visibleLine } from "../domain/text/visible-text.ts";
import { retryAfterMs } from "./retry-after.ts";

/** The parts of a request that its Problems mention. */
export interface Asked {
  /** The vendor's title, for messages. */
  readonly vendor: string;
  readonly method: "GET" | "PATCH" | "POST" | "DELETE";
  /** Whether it may change something. A list may be read by POST. */
  readonly isUpdate: boolean;
  /** The path without its query. */
  readonly endpoint: string;
  readonly apiKey: string;
  /** The vendor's message in an error body, or undefined. */
  readonly readError: (json: unknown) => string | undefined;
  /** Whether the body of a 401 says that the key is valid but not for this request. */
  readonly lacksPermission?: ((json: unknown) => boolean) | undefined;
}

/** A response as received. `text` is undefined if it was too long. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
}

/** A readable response with a status of 200 to 299. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for an update that was answered with 204. */
  readonly json: unknown;
}

/** The longest part of a vendor's message to show, in characters. */
const maxMessageLength = 200;

/**
 * Interprets a response. Only an error in the API's own format counts as a refusal: credentials_rejected (401, 403),
 * vendor_refused (other 4xx). rate_limited (429) may also come from a proxy. Any other response without readable 2xx
 * JSON may come from something between us and the API, so it says nothing about the key or the number. For a read it
 * throws vendor_unavailable or vendor_response_unreadable (redirects, a 2xx that is not JSON), for an
 * update outcome_unknown, because the change may have been made. `now` is in unix milliseconds.
 */
export function interpretResponse(asked: Asked, received: Received, now: number): HttpAnswer {
  const { vendor, isUpdate } = asked;
  const { status, headers } = received;
  const json = parsed(received.text);
  if (status === 429) {
    const words = `${vendor} is rate-limiting us.`;
    throw new Problem("rate_limited", words, withWait(status, retryAfterMs(headers, now)));
  }
  const isEmpty = status === 204 && isUpdate;
  if (status >= 200 && status < 300 && (json !== undefined || isEmpty)) return { status, headers, json };
  const said = json === undefined ? undefined : asked.readError(json);
  // 408 is a timeout on the vendor's side: the change may have been made.
  const isClientError = status >= 400 && status < 500 && status !== 408;
  if (isClientError && (said !== undefined || judgesContent.has(status)))
    throw refused(asked, status, { json, said });
  if (isUpdate) throw new Problem("outcome_unknown", unknownOutcome(vendor), { vendorStatus: status });
  if (isClientError) {
    const words = `A proxy answered instead of ${vendor} (HTTP ${status}), so nothing is known about the key or the number.`;
    throw new Problem("vendor_unavailable", words, { vendorStatus: status });
  }
  if (status >= 500 || status === 408) {
    const wait = retryAfterMs(onlyRetryAfter(headers), now);
    throw new Problem(
      "vendor_unavailable",
      status === 408 ? `${vendor} timed out (HTTP 408).` : `${vendor} is down (HTTP ${status}).`,
      withWait(status, wait),
    );
  }
  const what = status < 300 ? "an unreadable response" : "a redirect, which Patchbay does not follow";
  throw new Problem("vendor_response_unreadable", `${vendor} sent ${what}.`, { vendorStatus: status });
}

/** Statuses about the content of a request, which only the API itself can judge. */
const judgesContent: ReadonlySet<number> = new Set([400, 409, 422]);

interface Refusal {
  readonly json: unknown;
  readonly said: string | undefined;
}

function refused(asked: Asked, status: number, { json, said }: Refusal): Problem {
  const { vendor, method, endpoint, apiKey } = asked;
  const details = { vendorStatus: status };
  const words = clean(said, apiKey);
  const quoted = words === "" ? "." : `: ${words}`;
  const isForThisAlone = status === 403 || (status === 401 && asked.lacksPermission?.(json) === true);
  if (isForThisAlone) {
    const refusal = `${vendor} does not let this API key do that (${method} ${clean(endpoint, apiKey)})${quoted}`;
    return new Problem("credentials_rejected", refusal, details);
  }
  if (status === 401) return new Problem("credentials_rejected", `${vendor} rejected the API key.`, details);
  return new Problem("vendor_refused", `${vendor} refused the request (${status})${quoted}`, details);
}

const withWait = (vendorStatus: number, wait: number | undefined): ProblemDetails =>
  wait === undefined ? { vendorStatus } : { vendorStatus, retryAfterMs: wait };

/** An error on the vendor's side says nothing about its rate limit. */
const onlyRetryAfter = ({ "retry-after": said, date }: Received["headers"]): Record<string, string> => ({
  ...(said === undefined ? {} : { "retry-after": said }),
  ...(date === undefined ? {} : { date }),
});

/**
 * The Problem for a request without a complete response: vendor_unavailable if nothing was sent or a read failed, and
 * outcome_unknown for an update that may have arrived. `sent` says whether a connection was open to write the request
 * to.
 */
export function transportProblem(asked: Asked, cause: unknown, sent: boolean): Problem {
  const { vendor, isUpdate } = asked;
  const late = cause instanceof Error && cause.name === "TimeoutError";
  if (!sent) {
    const fault = networkFault(cause) ?? (late ? "ETIMEDOUT" : undefined);
    const why = fault === undefined ? "" : ` (${networkFaultText(fault)})`;
    return new Problem(
      "vendor_unavailable",
      `${vendor} could not be reached${why}; nothing was sent.`,
      {},
      cause,
    );
  }
  if (isUpdate) return new Problem("outcome_unknown", unknownOutcome(vendor), {}, cause);
  const what = late ? "did not answer in time" : "closed the connection";
  return new Problem("vendor_unavailable", `${vendor} ${what}.`, {}, cause);
}

/** The Problem for a caller that no longer waits for a read. */
export function abandonedProblem(vendor: string, cause: unknown): Problem {
  return new Problem("vendor_unavailable", `Patchbay stopped waiting for ${vendor}.`, {}, cause);
}

const unknownOutcome = (vendor: string): string =>
  `Patchbay sent the change to ${vendor} but got no readable response, so it may or may not have been made.`;

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function clean(message: string | undefined, apiKey: string): string {
  if (!message) return "";
  // A vendor may quote only the beginning of a key, so the rest of that word is removed too.
  const [before = "", ...after] = message.split(apiKey.slice(0, 12));
  const safe = before + after.map((rest) => `[API key]${rest.replace(/^\S+/, "")}`).join("");
  const plain = visibleLine(safe).replace(/\s+/gu, " ").trim();
  return Array.from(plain).slice(0, maxMessageLength).join("");
}
