import { Agent, request, type Dispatcher } from "undici";
import {
  transportProblem,
  abandonedProblem,
  interpretResponse,
  type Asked,
  type HttpAnswer,
  type Received,
} from "./response.ts";
import { currentRequestScope, type RequestScope } from "./request-scope.ts";
import { textOf } from "./body.ts";
import { machineTimer } from "./machine-timer.ts";
import { rateLimiter } from "./rate-limiter.ts";
import type { RateLimiter, RateLimit } from "./rate-limit.ts";
import { retried } from "./retry.ts";
import { limited } from "./time-limit.ts";
import { networkFault } from "../domain/network-fault.ts";
import { isProblem } from "../domain/problem.ts";
import type { Timer } from "../domain/timer.ts";
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
  /** How time passes for what waits; the machine's unless given. */
  readonly timer?: Timer | undefined;
  /** In place of undici's own connections, for tests. */
  readonly dispatcher?: Dispatcher;
}

/** One attempt: what is asked for, and for whom. */
interface Attempt {
  readonly method: VendorRequest["method"];
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly asking: RequestScope | undefined;
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
  /** Runs a step of bulk work when the account has room for it. */
  readonly inTurn: RateLimiter["inTurn"];
}

const attempts = 3;

/** Opens the way to one vendor account. Makes no request. */
export function vendorHttp(options: VendorHttpOptions): VendorHttp {
  const { vendor, apiKey, readError, timeoutMs, timer = machineTimer } = options;
  const rate = rateLimiter(options.rate, vendor, timer);
  const dispatcher = options.dispatcher ?? connectionsWithin(timeoutMs);
  const headers = {
    ...options.headers,
    accept: "application/json",
    authorization: `Bearer ${apiKey}`,
    "user-agent": "patchbay",
  };

  const exchange = async (attempt: Attempt, asked: Asked): Promise<Received> => {
    const { path, body, signal: caller } = attempt;
    const content =
      body === undefined
        ? { headers }
        : { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    const { method } = asked;
    let isSent = false;
    const through = dispatcher.compose(whenSent(() => (isSent = true)));
    try {
      return await limited(timeoutMs, caller, async (signal) => {
        const url = `${options.baseUrl}${path}`;
        const response = await request(url, { ...content, method, signal, dispatcher: through });
        const answered = single(response.headers);
        const text = await textOf(response.body, answered["content-encoding"]);
        return { status: response.statusCode, headers: answered, text };
      });
    } catch (error) {
      if (isInvalidRequest(error)) throw error;
      throw caller?.aborted ? abandonedProblem(vendor, error) : transportProblem(asked, error, isSent);
    }
  };

  const once = async (attempt: Attempt): Promise<HttpAnswer> => {
    const { method, asking } = attempt;
    const asked: Asked = { vendor, method: method === "patch" ? "PATCH" : "GET", apiKey, readError };
    const started = performance.now();
    let received: Received | undefined;
    let result: VendorRequest["result"] = "bug";
    let fault: string | undefined;
    try {
      received = await exchange(attempt, asked);
      rate.heard(received.status, received.headers, asked.method);
      const answer = interpretResponse(asked, received, timer.now().getTime());
      result = "ok";
      return answer;
    } catch (error) {
      if (isProblem(error)) result = error.code;
      fault = networkFault(error);
      throw error;
    } finally {
      const ms = Math.round(performance.now() - started);
      asking?.told({ ...told(asking, received), method, result, ms, fault });
    }
  };

  const read = async (method: "list" | "get", path: string, signal?: AbortSignal): Promise<HttpAnswer> => {
    // Now: what runs in a queue runs for whoever made room in it.
    const asking = currentRequestScope();
    const urgency = asking?.background ? "background" : method === "get" ? "read" : "list";
    const attempt = { method, path, signal, asking };
    try {
      return await retried(async () => rate.run(urgency, async () => once(attempt), signal), {
        attempts,
        backoffMs: Math.min(250, timeoutMs / 10),
        longestWaitMs: Math.min(5000, timeoutMs / 2),
        timer,
        signal,
      });
    } catch (error) {
      // The signal also ends the waiting in the queue and between attempts.
      if (signal?.aborted && !isProblem(error)) throw abandonedProblem(vendor, error);
      throw error;
    }
  };

  return {
    get: async (path, signal) => read("get", path, signal),
    getPage: async (path, query, signal) => read("list", `${path}${searchOf(query)}`, signal),
    patch: async (path, body) => {
      const attempt = { method: "patch", path, body, asking: currentRequestScope() } as const;
      return rate.run("update", async () => once(attempt));
    },
    inTurn: rate.inTurn,
  };
}

/** How long each of several addresses of a host is given to take a connection, in milliseconds. */
export function addressAttemptMs(timeoutMs: number): number {
  return Math.max(10, Math.ceil(timeoutMs / 4));
}

/** Connections that are given up when they take half of a request's limit, so that this is told from no answer. */
function connectionsWithin(timeoutMs: number): Dispatcher {
  const connectMs = Math.ceil(timeoutMs / 2);
  return new Agent({
    connect: { timeout: connectMs },
    // Of a host with several addresses Node would give each 250 ms and then drop it, which is short for a slow one.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: addressAttemptMs(timeoutMs),
  });
}

/** Calls back once a connection stands and the request is about to be written to it: what fails before was never sent. */
const whenSent =
  (sent: () => void): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (opts, handler) =>
    dispatch(opts, {
      onRequestStart: (controller, context) => {
        sent();
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });

/** What is notified of a request beside how it ended: for whom it was, and what its answer says of itself. */
function told({ requestId, workspaceId, background }: RequestScope, received: Received | undefined) {
  const { status, headers } = received ?? {};
  const vendorRequestId = /^[\w.:-]{1,100}$/u.exec(headers?.["x-request-id"] ?? "")?.[0];
  return { requestId, workspaceId, background, status, vendorRequestId, date: headers?.["date"] };
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
