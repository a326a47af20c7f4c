import { Problem, type ProblemDetails } from "../domain/problem.ts";
import { retryAfterMs } from "./retry-after.ts";

/** A request as far as its failure is told by it. */
export interface Asked {
  /** The vendor's title, for the sentence. */
  readonly vendor: string;
  readonly method: "GET" | "PATCH";
  readonly apiKey: string;
  /** The vendor's own words in an error body, or undefined where there are none. */
  readonly readError: (json: unknown) => string | undefined;
}

/** An answer as it came; `text` is undefined when it was longer than we read. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
}

/** A readable answer with a status of 200 to 299. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
}

/** At most this many characters of a vendor's message are shown. */
const maxMessageLength = 200;

/**
 * What an answer means. Throws credentials_rejected (401, 403), rate_limited (429) and vendor_refused (other 4xx); for
 * a GET vendor_unavailable (5xx) and vendor_response_unreadable (redirects, anything but JSON); for a PATCH
 * outcome_unknown instead of these two, since it may have been carried out. `now` is in unix milliseconds.
 */
export function judged(asked: Asked, received: Received, now: number): HttpAnswer {
  const { vendor, method } = asked;
  const { status, headers } = received;
  const details: ProblemDetails = { vendorStatus: status };
  const json = parsed(received.text);
  if (status === 401) {
    throw new Problem("credentials_rejected", `${vendor} rejected the API key.`, details);
  }
  if (status === 403) {
    throw new Problem("credentials_rejected", `${vendor} does not let this API key do that.`, details);
  }
  if (status === 429) {
    const wait = retryAfterMs(headers, now);
    const waiting = wait === undefined ? details : { ...details, retryAfterMs: wait };
    throw new Problem("rate_limited", `${vendor} was asked too often and wants us to wait.`, waiting);
  }
  // 408 is a time-out on the vendor's side: it may have happened all the same.
  if (status >= 400 && status < 500 && status !== 408) {
    const words = clean(json === undefined ? undefined : asked.readError(json), asked.apiKey);
    const said = words === "" ? "." : `: ${words}`;
    throw new Problem("vendor_refused", `${vendor} refused the request (${status})${said}`, details);
  }
  if (status >= 200 && status < 300 && json !== undefined) return { status, headers, json };
  if (method === "PATCH") throw new Problem("outcome_unknown", unknownOutcome(vendor), details);
  if (status >= 500 || status === 408) {
    const wait = retryAfterMs({ "retry-after": headers["retry-after"] ?? "" }, now);
    const waiting = wait === undefined ? details : { ...details, retryAfterMs: wait };
    throw new Problem("vendor_unavailable", `${vendor} has a fault of its own (${status}).`, waiting);
  }
  const what = status < 300 ? "an answer that could not be read" : "a redirect, which is not followed";
  throw new Problem("vendor_response_unreadable", `${vendor} sent ${what}.`, details);
}

/**
 * What it means that no whole answer came. Gives vendor_unavailable where nothing was sent or a GET failed, and
 * outcome_unknown for a PATCH that may have arrived.
 */
export function broken(asked: Asked, cause: unknown): Problem {
  const { vendor, method } = asked;
  if (neverSent(cause)) {
    return new Problem("vendor_unavailable", `${vendor} could not be reached; nothing was sent.`, {}, cause);
  }
  if (method === "PATCH") return new Problem("outcome_unknown", unknownOutcome(vendor), {}, cause);
  const late = cause instanceof Error && cause.name === "TimeoutError";
  const what = late ? "did not answer in time" : "broke the connection off";
  return new Problem("vendor_unavailable", `${vendor} ${what}.`, {}, cause);
}

/** What it means that the caller no longer waits for a read. */
export function givenUp(vendor: string, cause: unknown): Problem {
  return new Problem("vendor_unavailable", `${vendor} was no longer waited for.`, {}, cause);
}

const unknownOutcome = (vendor: string): string =>
  `The change was sent to ${vendor} and no readable answer came, so it may or may not have been made.`;

const beforeSending = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

// Whatever is not known to have failed before the request was written counts as sent.
function neverSent(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const syscall = "syscall" in cause ? cause.syscall : undefined;
  const code = "code" in cause ? cause.code : undefined;
  if (syscall === "connect" || syscall === "getaddrinfo") return true;
  if (typeof code !== "string") return false;
  return beforeSending.has(code) || /CERT|^UNABLE_TO_VERIFY|^ERR_TLS/.test(code);
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function clean(message: string | undefined, apiKey: string): string {
  if (!message) return "";
  // A vendor may quote only the beginning of a key, so the whole word goes with it.
  const [before = "", ...after] = message.split(apiKey.slice(0, 12));
  const safe = before + after.map((rest) => `[API key]${rest.replace(/^\S+/, "")}`).join("");
  const plain = safe.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return Array.from(plain).slice(0, maxMessageLength).join("");
}
