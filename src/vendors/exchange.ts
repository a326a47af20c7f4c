import { Agent, request, type Dispatcher } from "undici";
import { textOf } from "./body.ts";
import { abandonedProblem, transportProblem, type Asked, type Received } from "./response.ts";
import { limited } from "./time-limit.ts";

/** Where requests go, and how long each may take. Times are in milliseconds. */
export interface ExchangeOptions {
  readonly baseUrl: string;
  /** Time limit of one request, from connecting to the last byte. A read may take three. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces undici's connections in tests. */
  readonly dispatcher?: Dispatcher;
}

/** One attempt at a request: what is sent, and the caller's signal. */
export interface Outgoing {
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Sends one request and reads its response to the end. Every failure is a Problem. Redirects are never followed. */
export type Exchange = (outgoing: Outgoing, asked: Asked) => Promise<Received>;

/** The connections to one vendor's API. */
export function exchangeWith({ baseUrl, timeoutMs, headers = {}, ...options }: ExchangeOptions): Exchange {
  const dispatcher = options.dispatcher ?? connectionsWithin(timeoutMs);
  return async ({ path, body, signal: caller }, asked) => {
    const content =
      body === undefined
        ? { headers }
        : { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    const { method } = asked;
    let isSent = false;
    const through = dispatcher.compose(whenSent(() => (isSent = true)));
    try {
      return await limited(timeoutMs, caller, async (signal) => {
        const response = await request(`${baseUrl}${path}`, {
          ...content,
          method,
          signal,
          dispatcher: through,
        });
        const answered = single(response.headers);
        const text = await textOf(response.body, answered["content-encoding"]);
        return { status: response.statusCode, headers: answered, text };
      });
    } catch (error) {
      if (isInvalidRequest(error)) throw error;
      throw caller?.aborted ? abandonedProblem(asked.vendor, error) : transportProblem(asked, error, isSent);
    }
  };
}

/** How long each address of a host may take to connect, in milliseconds. */
export function addressAttemptMs(timeoutMs: number): number {
  return Math.max(10, Math.ceil(timeoutMs / 4));
}

/** Connections that time out at half of a request's limit, so that this differs from a missing response. */
function connectionsWithin(timeoutMs: number): Dispatcher {
  const connectMs = Math.ceil(timeoutMs / 2);
  return new Agent({
    connect: { timeout: connectMs },
    // Node gives each address of a host 250 ms by default, which is too short for a slow one.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: addressAttemptMs(timeoutMs),
  });
}

/** Calls back once a connection is open and the request is about to be written. What fails earlier was never sent. */
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

// Rejected by undici before anything is sent: a bug of ours, not the vendor's failure.
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
