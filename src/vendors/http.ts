import { exchangeWith, type ExchangeOptions, type Outgoing } from "./exchange.ts";
import {
  abandonedProblem,
  interpretResponse,
  type Asked,
  type HttpAnswer,
  type Received,
} from "./response.ts";
import { currentRequestScope, type RequestScope } from "./request-scope.ts";
import { machineTimer } from "./machine-timer.ts";
import { ownBudget, type Budget } from "./budget.ts";
import { sharedBudget } from "./shared-budget.ts";
import { rateLimiter } from "./rate-limiter.ts";
import type { RateLimiter, RateLimit } from "./rate-limit.ts";
import { retried } from "./retry.ts";
import type { Lease } from "../domain/shared/lease.ts";
import { networkFault } from "../domain/vendor/network-fault.ts";
import { isProblem, Problem } from "../domain/problem/problem.ts";
import type { Timer } from "../domain/shared/timer.ts";
import type { VendorRequest } from "../domain/vendor/vendor-request.ts";
import type { OpenBudget } from "../domain/vendor/vendor.ts";

/** How to send requests to one vendor account. Times are in milliseconds. */
export interface VendorHttpOptions extends ExchangeOptions {
  /** The vendor's title, for Problems. */
  readonly vendor: string;
  /** Removed from everything that is quoted from the vendor. */
  readonly apiKey: string;
  /** The header that carries the key as it is. Without one, the key is sent as a Bearer token. */
  readonly keyHeader?: string;
  readonly rate: RateLimit;
  /** The vendor's message in an error body, or undefined. */
  readonly readError: (json: unknown) => string | undefined;
  /** Whether the body of a 401 says that the key is valid but not for this request. */
  readonly lacksPermission?: (json: unknown) => boolean;
  /** The clock to wait with; the system's by default. */
  readonly timer?: Timer | undefined;
  /** See `VendorOptions`. */
  readonly budget?: OpenBudget | undefined;
}

/** One attempt at a request. */
interface Attempt extends Outgoing {
  readonly method: VendorRequest["method"];
  readonly verb: Asked["method"];
  readonly asking: RequestScope | undefined;
}

/** A read, without its caller. */
interface Read extends Pick<Attempt, "verb" | "path" | "body"> {
  readonly method: "list" | "get";
}

/** The query parameters of a page. Undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * Sends the requests of one vendor account. Every failure is a Problem: credentials_rejected, rate_limited,
 * vendor_refused, vendor_unavailable, vendor_response_unreadable, and outcome_unknown for updates only. Redirects
 * are never followed.
 */
export interface VendorHttp {
  /** Reads one resource, with at most three attempts. */
  get(path: string, signal?: AbortSignal): Promise<HttpAnswer>;
  /** Reads a page of a list, with at most three attempts, after updates and single reads. */
  getPage(path: string, query: Query, signal?: AbortSignal): Promise<HttpAnswer>;
  /** Like `getPage`, for a list that is read by POST. It is no update: it is repeated if it fails. */
  getPageByPost(path: string, query: Query, body: unknown, signal?: AbortSignal): Promise<HttpAnswer>;
  /** Sends an update once, and none whose time limit is later than the end of its lock. */
  patch(path: string, body: unknown, leftMs?: Lease["leftMs"]): Promise<HttpAnswer>;
  /** Like `patch`, for an update that is a POST without a body. */
  post(path: string, leftMs?: Lease["leftMs"]): Promise<HttpAnswer>;
  /** Like `patch`, for an update that is a DELETE. */
  delete(path: string, leftMs?: Lease["leftMs"]): Promise<HttpAnswer>;
  /** Runs a step of bulk work when the rate limit has room for it. */
  readonly inTurn: RateLimiter["inTurn"];
  readonly bulkTimeMs: RateLimiter["bulkTimeMs"];
}

const attempts = 3;

function budgetOf(limit: RateLimit, budget: OpenBudget | undefined, timer: Timer): Budget {
  return budget ? sharedBudget(limit, budget.shared, timer, budget.failed) : ownBudget(limit, timer);
}

/** Creates the client of one vendor account. Sends no request. */
export function vendorHttp(options: VendorHttpOptions): VendorHttp {
  const { vendor, apiKey, readError, lacksPermission, timeoutMs, timer = machineTimer } = options;
  const rate = rateLimiter(options.rate, vendor, timer, budgetOf(options.rate, options.budget, timer));
  const headers = {
    ...options.headers,
    accept: "application/json",
    ...(options.keyHeader ? { [options.keyHeader]: apiKey } : { authorization: `Bearer ${apiKey}` }),
    "user-agent": "patchbay",
  };
  const exchange = exchangeWith({ ...options, headers });

  const once = async (attempt: Attempt): Promise<HttpAnswer> => {
    const { method, verb, path, asking } = attempt;
    const [endpoint = path] = path.split("?");
    const isUpdate = method === "patch";
    const asked: Asked = { vendor, method: verb, isUpdate, endpoint, apiKey, readError, lacksPermission };
    const started = performance.now();
    let received: Received | undefined;
    let result: VendorRequest["result"] = "bug";
    let fault: string | undefined;
    try {
      received = await exchange(attempt, asked);
      rate.observe(received.status, received.headers, isUpdate ? "PATCH" : "GET");
      const answer = interpretResponse(asked, received, timer.now().getTime());
      result = "ok";
      return answer;
    } catch (error) {
      if (isProblem(error)) result = error.code;
      fault = networkFault(error);
      throw error;
    } finally {
      const ms = Math.round(performance.now() - started);
      asking?.onRequest({ ...requestDetails(asking, received), method, result, ms, fault });
    }
  };

  const read = async (wanted: Read, signal?: AbortSignal): Promise<HttpAnswer> => {
    // Read now: queued work runs in the async context of the request that freed the slot.
    const asking = currentRequestScope();
    const urgency = asking?.background ? "background" : wanted.method === "get" ? "read" : "list";
    const attempt: Attempt = { ...wanted, signal, asking };
    try {
      return await retried(async () => rate.run(urgency, async () => once(attempt), signal), {
        attempts,
        backoffMs: Math.min(250, timeoutMs / 10),
        longestWaitMs: Math.min(5000, timeoutMs / 2),
        timer,
        signal,
      });
    } catch (error) {
      // The signal also aborts waiting in the queue and between attempts.
      if (signal?.aborted && !isProblem(error)) throw abandonedProblem(vendor, error);
      throw error;
    }
  };

  const update = async (verb: Asked["method"], path: string, body: unknown, leftMs?: Lease["leftMs"]) => {
    const attempt: Attempt = { method: "patch", verb, path, body, asking: currentRequestScope() };
    return rate.run("update", async () => {
      if (leftMs && leftMs() < timeoutMs) throw heldUp();
      return once(attempt);
    });
  };

  return {
    get: async (path, signal) => read({ method: "get", verb: "GET", path }, signal),
    getPage: async (path, query, signal) =>
      read({ method: "list", verb: "GET", path: `${path}${searchOf(query)}` }, signal),
    getPageByPost: async (path, query, body, signal) =>
      read({ method: "list", verb: "POST", path: `${path}${searchOf(query)}`, body }, signal),
    patch: async (path, body, leftMs) => update("PATCH", path, body, leftMs),
    post: async (path, leftMs) => update("POST", path, undefined, leftMs),
    delete: async (path, leftMs) => update("DELETE", path, undefined, leftMs),
    inTurn: rate.inTurn,
    bulkTimeMs: rate.bulkTimeMs,
  };
}

function heldUp(): Problem {
  return new Problem("vendor_unavailable", "This server was held up, so Patchbay did not send the change.");
}

/** What is reported about a request besides its result. */
function requestDetails(
  { requestId, workspaceId, background }: RequestScope,
  received: Received | undefined,
) {
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
