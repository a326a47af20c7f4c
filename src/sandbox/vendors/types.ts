import type { CallSeed } from "./calls/stored-call.ts";

export type { CallSeed } from "./calls/stored-call.ts";

/** A number of a seed. `extra` has fields of the vendor's own record; each fake's file says which it reads. */
export interface NumberSeed {
  id: string;
  e164: string;
  name?: string | null;
  agentId?: string | null;
  extra?: Record<string, unknown>;
}

/** An agent of a seed. `assignable: false` is DialNexa's unpublished agent and Cartesia's deleted one. */
export interface AgentSeed {
  id: string;
  name: string;
  assignable?: boolean;
  /** Fields of the vendor's own record that replace the fake's. */
  extra?: Record<string, unknown>;
}

/** A vendor-neutral account. Each fake converts it to its own records. */
export interface AccountSeed {
  /** The API key of this account. */
  key: string;
  agents: AgentSeed[];
  numbers: NumberSeed[];
  /** Cartesia only: the Twilio providers that exist and hold the account's numbers. */
  providers?: string[];
}

/** A recorded request. `path` is as sent, still percent-encoded. */
export interface RecordedRequest {
  at: string;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  /** The parsed JSON, or undefined if there was none or it was not JSON. */
  body: unknown;
  /** Undefined until the result of the request is decided. */
  status: number | "dropped" | "hanging" | undefined;
  /** The response before any corruption; undefined without one. */
  answer?: unknown;
  /** Whether this request changed a stored number. */
  applied: boolean;
}

/**
 * A fault to commit. "apply-then-" kinds apply the request; `status`, `cdn` and `hang` do nothing. A delayed request is
 * applied after the delay, even if its caller has disconnected. A lagging vendor applies an update immediately and
 * shows it later: its response and reads show the old state for a number of reads, for a time in milliseconds, or until
 * the faults are cleared.
 */
export type Fault =
  | { kind: "delay"; ms: number }
  /** Like a delay, until the promise resolves. */
  | { kind: "hold"; until: Promise<unknown> }
  | { kind: "apply-then-hang" }
  | { kind: "hang" }
  | { kind: "apply-then-500"; status?: number }
  | { kind: "status"; status: number; body?: unknown }
  | { kind: "ignore" }
  | { kind: "rate-limit"; retryAfter?: "seconds" | "date" | "none"; seconds?: number }
  | { kind: "drop-before" }
  | { kind: "drop-after" }
  | { kind: "html" }
  | { kind: "half-json" }
  | { kind: "empty-body" }
  | { kind: "huge-body" }
  | { kind: "repeat-page" }
  | { kind: "newer-generation" }
  | { kind: "missing-field"; field?: string }
  | { kind: "packed"; by: "gzip" | "br" | "deflate" }
  | { kind: "cdn"; status: number }
  /** Accepts ids in any case, with blanks or a slash around them, and encoded twice, as some APIs do. */
  | { kind: "fold-ids" }
  | { kind: "lag"; reads?: number; ms?: number }
  | { kind: "page-cap"; max: number }
  | { kind: "cursor-pages" }
  | { kind: "fold-blanks" }
  /**
   * OneInbox's responses never show an agent of null. What it does with a null that is sent is not documented: it may
   * keep the agent, or clear it and then fail with 500 wherever it would have to show that.
   */
  | { kind: "null-agent"; how: "ignored" | "fails" }
  | { kind: "redirect"; to: string };

/** Which requests a fault applies to, and how many; without `times`, until the faults are cleared. */
export interface FaultWhen {
  on?: "read" | "write" | "any" | ((request: RecordedRequest) => boolean);
  times?: number;
}

/**
 * A token bucket for each API key. `atOnce` also limits concurrent requests. With `silent`, a 429 has no time, and
 * nothing is announced. With `updatesOnly`, reads are not limited.
 */
export interface RateLimit {
  burst: number;
  perSecond: number;
  atOnce?: number;
  silent?: boolean;
  updatesOnly?: boolean;
}

/** How to start a fake. The default `rateLimit` is so generous that no test reaches it by accident. */
export interface VendorSandboxOptions {
  port?: number;
  accounts?: AccountSeed[];
  rateLimit?: RateLimit;
  /** The fake's clock in unix milliseconds, for its limits and dates; the system's by default. */
  now?: () => number;
}

/** The current state of an account: its numbers with their agents and names, and as the vendor shows them. */
export interface AccountView {
  key: string;
  agents: Required<AgentSeed>[];
  numbers: { id: string; agentId: string | null; name: string | null; shown: Record<string, unknown> }[];
}

/** A running fake, and what a test or a demo can do to it outside the app. */
export interface VendorSandbox {
  readonly vendor: string;
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  /** All requests, oldest first. */
  readonly requests: RecordedRequest[];
  /** Adds an account, or replaces the one with the same key. */
  addAccount(seed: AccountSeed): void;
  /** Every account with copies of its numbers as the vendor would show them, in the order of the seed. */
  accounts(): AccountView[];
  /** A copy of the number as the vendor would show it, or undefined. */
  number(id: string): Record<string, unknown> | undefined;
  /** A change of the name or the agent in the dashboard, in the vendor's own fields. Throws if there is no such number. */
  editNumber(
    id: string,
    change: { readonly name?: string | undefined; readonly agentId?: string | null | undefined },
  ): void;
  /** A change in the dashboard: fields in the vendor's own format; undefined removes a field. */
  changeNumber(id: string, fields: Record<string, unknown>): void;
  /** A call arrives at a number. Returns its id. Throws if there is no such number, or the vendor lists no calls. */
  addCall(call: CallSeed): string;
  removeNumber(id: string): void;
  deleteAgent(id: string): void;
  /** Faults for the same request add up. Of those that decide the result, the oldest applies. */
  fault(fault: Fault, when?: FaultWhen): void;
  clearFaults(): void;
  /** Sets this limit for every key, with a full bucket. */
  limitRate(limit: RateLimit): void;
  /** What a caller reaches: an agent that no longer exists answers nobody. */
  effective(id: string): { agentId: string | null; name: string | null };
  /** Calls the listener after every request and every change outside the app. Returns a function that unsubscribes. */
  listen(listener: () => void): () => void;
  /** Stops listening and closes every connection at once, including hanging ones. */
  close(): Promise<void>;
}
