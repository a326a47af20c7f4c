import { Agent, request, type Dispatcher } from "undici";
import { broken, givenUp, judged, type Asked, type HttpAnswer, type Received } from "./answer.ts";
import { askedBy, type AskedBy } from "./asking.ts";
import { accountRate, type RateLimit } from "./rate.ts";
import { retried } from "./retry.ts";
import { isProblem } from "../domain/problem.ts";
import type { VendorRequest } from "../domain/vendor.ts";

/** How one vendor account is spoken to. Times are in milliseconds. */
export interface VendorHttpOptions {
  /** The vendor's title, for the sentences of its Problems. */
  readonly vendor: string;
  readonly baseUrl: string;
  /** Limit of one request, from connecting to the last byte of its answer. A read may take three of them. */
  readonly timeoutMs: number;
  /** Sent as a Bearer token, and taken out of everything that is quoted from the vendor. */
  readonly apiKey: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly rate: RateLimit;
  /** The vendor's own words in an error body, or undefined where there are none. */
  readonly readError: (json: unknown) => string | undefined;
  /** In place of undici's own connections, for tests. */
  readonly dispatcher?: Dispatcher;
}

/** One attempt: what is asked for, and for whom. */
interface Attempt {
  readonly method: VendorRequest["method"];
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly asking: AskedBy | undefined;
}

/** The parameters of a list's page; one that is undefined is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * Requests of one vendor account. Every failure is a Problem: credentials_rejected, rate_limited, vendor_refused,
 * vendor_unavailable, vendor_response_unreadable, and outcome_unknown for `patch` alone. Redirects are never followed.
 */
export interface VendorHttp {
  /** Reads one thing, at most three times. */
  get(path: string, signal?: AbortSignal): Promise<HttpAnswer>;
  /** Reads a page of a list, at most three times; waits behind updates and single reads. */
  getPage(path: string, query: Query, signal?: AbortSignal): Promise<HttpAnswer>;
  /** Sends an update, once. */
  patch(path: string, body: unknown): Promise<HttpAnswer>;
}

/** Answers longer than this are cut off, in bytes. */
const maxAnswerBytes = 5 * 1024 * 1024;

const attempts = 3;

/** Opens the way to one vendor account. Makes no request. */
export function vendorHttp(options: VendorHttpOptions): VendorHttp {
  const { vendor, apiKey, readError, timeoutMs } = options;
  const rate = accountRate(options.rate, vendor);
  // Half of the limit, so that a host that never picks up is told from one that never answers.
  const dispatcher = options.dispatcher ?? new Agent({ connect: { timeout: timeoutMs / 2 } });
  const headers = {
    ...options.headers,
    accept: "application/json",
    authorization: `Bearer ${apiKey}`,
    "user-agent": "patchbay",
  };

  const exchange = async (attempt: Attempt, asked: Asked): Promise<Received> => {
    const { path, body, signal: caller } = attempt;
    const sent =
      body === undefined
        ? { headers }
        : { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    const { method } = asked;
    try {
      return await limited(timeoutMs, caller, async (signal) => {
        const response = await request(`${options.baseUrl}${path}`, { ...sent, method, signal, dispatcher });
        const text = await textOf(response.body);
        return { status: response.statusCode, headers: single(response.headers), text };
      });
    } catch (error) {
      if (isInvalidRequest(error)) throw error;
      throw caller?.aborted ? givenUp(vendor, error) : broken(asked, error);
    }
  };

  const once = async (attempt: Attempt): Promise<HttpAnswer> => {
    const { method, asking } = attempt;
    const asked: Asked = { vendor, method: method === "patch" ? "PATCH" : "GET", apiKey, readError };
    const started = performance.now();
    let received: Received | undefined;
    let result: VendorRequest["result"] = "bug";
    try {
      received = await exchange(attempt, asked);
      rate.heard(received.status, received.headers, Date.now());
      const answer = judged(asked, received, Date.now());
      result = "ok";
      return answer;
    } catch (error) {
      if (isProblem(error)) result = error.code;
      throw error;
    } finally {
      const ms = Math.round(performance.now() - started);
      asking?.told({ ...told(asking, received), method, result, ms });
    }
  };

  const read = async (method: "list" | "get", path: string, signal?: AbortSignal): Promise<HttpAnswer> => {
    // Now: what runs in a queue runs for whoever made room in it.
    const asking = askedBy();
    const urgency = asking?.background ? "background" : method === "get" ? "read" : "list";
    const attempt = { method, path, signal, asking };
    try {
      return await retried(async () => rate.run(urgency, async () => once(attempt), signal), {
        attempts,
        backoffMs: Math.min(250, timeoutMs / 10),
        longestWaitMs: Math.min(5000, timeoutMs / 2),
        signal,
      });
    } catch (error) {
      // The signal also ends the waiting in the queue and between attempts.
      if (signal?.aborted && !isProblem(error)) throw givenUp(vendor, error);
      throw error;
    }
  };

  return {
    get: async (path, signal) => read("get", path, signal),
    getPage: async (path, query, signal) => read("list", `${path}${searchOf(query)}`, signal),
    patch: async (path, body) => {
      const attempt = { method: "patch", path, body, asking: askedBy() } as const;
      return rate.run("update", async () => once(attempt));
    },
  };
}

/** What is told of a request beside how it ended: for whom it was, and what its answer says of itself. */
function told({ requestId, background }: AskedBy, received: Received | undefined) {
  const { status, headers } = received ?? {};
  const vendorRequestId = /^[\w.:-]{1,100}$/u.exec(headers?.["x-request-id"] ?? "")?.[0];
  return { requestId, background, status, vendorRequestId, date: headers?.["date"] };
}

// Not AbortSignal.any over AbortSignal.timeout: in some releases of Node the timeout is collected before it fires.
async function limited<T>(
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

function searchOf(query: Query): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) said.set(name, String(value));
  }
  return said.size === 0 ? "" : `?${said.toString()}`;
}

// Refused by undici before anything is sent, and a bug of ours, not the vendor's failure.
function isInvalidRequest(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "UND_ERR_INVALID_ARG";
}

const single = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name, first]];
    }),
  );

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop destroys the stream and its connection.
    if (size > maxAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
