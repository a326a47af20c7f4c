/** One number of a seed. `extra` holds fields of the vendor's own record; each fake's file says which it reads. */
export interface NumberSeed {
  id: string;
  e164: string;
  name?: string | null;
  agentId?: string | null;
  extra?: Record<string, unknown>;
}

/** One agent of a seed. `bindable: false` is DialNexa's unpublished agent and Cartesia's deleted one. */
export interface AgentSeed {
  id: string;
  name: string;
  bindable?: boolean;
  /** Fields of the vendor's own record, in place of what the fake would show. */
  extra?: Record<string, unknown>;
}

/** An account in words that no vendor uses; each fake turns it into its own records. */
export interface AccountSeed {
  /** The API key that opens this account. */
  key: string;
  agents: AgentSeed[];
  numbers: NumberSeed[];
  /** Cartesia only: the Twilio providers that exist and hold the account's numbers. */
  providers?: string[];
}

/** A request that the fake saw. `path` is as it was sent, still percent-encoded. */
export interface RecordedRequest {
  at: string;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  /** The parsed JSON, or undefined when there was none or it was not JSON. */
  body: unknown;
  /** Undefined until it is decided how the request ends. */
  status: number | "dropped" | "hanging" | undefined;
  /** What was answered, before any spoiling; undefined when nothing was. */
  answer?: unknown;
  /** Whether this request changed a stored number. */
  applied: boolean;
}

/**
 * What a fake can be told to do wrong. "apply-then-" kinds do what was asked; `status`, `cdn` and `hang` do nothing.
 * A delayed request is carried out after the delay, also when its caller has left meanwhile.
 * A vendor that lags makes an update at once and shows it later: its answer and reads show what was before, for so many
 * reads of the number, or so many milliseconds, or until the faults are cleared.
 */
export type Fault =
  | { kind: "delay"; ms: number }
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
  /** It knows ids in any case, with blanks or a slash around them, and encoded twice, as some APIs do. */
  | { kind: "fold-ids" }
  | { kind: "lag"; reads?: number; ms?: number }
  | { kind: "page-cap"; max: number }
  | { kind: "cursor-pages" }
  | { kind: "fold-blanks" }
  /**
   * OneInbox's answers have an agent that is never null. What it does about a null that is sent is not documented: it may
   * leave the agent as it is, or clear it and then fail with 500 wherever it would have to show that.
   */
  | { kind: "null-agent"; how: "ignored" | "fails" }
  | { kind: "redirect"; to: string };

/** Which requests a fault meets, and how many of them; without `times` until the faults are cleared. */
export interface FaultWhen {
  on?: "read" | "write" | "any" | ((request: RecordedRequest) => boolean);
  times?: number;
}

/**
 * A token bucket for each API key; `atOnce` also bounds the requests that are open at the same time. With `silent` a 429
 * names no time, and nothing is announced.
 */
export interface RateLimit {
  burst: number;
  perSecond: number;
  atOnce?: number;
  silent?: boolean;
}

/** How to start a fake. Without `rateLimit` it is so generous that no test meets it by accident. */
export interface VendorSandboxOptions {
  port?: number;
  accounts?: AccountSeed[];
  rateLimit?: RateLimit;
  /** The fake's clock in unix milliseconds, for its limits and dates; the machine's unless given. */
  now?: () => number;
}

/** An account as it is now. Its numbers say who answers them and what they are called, and how the vendor shows them. */
export interface AccountView {
  key: string;
  agents: Required<AgentSeed>[];
  numbers: { id: string; agentId: string | null; name: string | null; shown: Record<string, unknown> }[];
}

/** A running fake, and what a test or a demo may do to it behind the caller's back. */
export interface VendorSandbox {
  readonly vendor: string;
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  /** Everything it saw, oldest first. */
  readonly requests: RecordedRequest[];
  /** Adds an account; one with the same key is replaced. */
  addAccount(seed: AccountSeed): void;
  /** Every account with copies of its numbers as the vendor would show them, in the order of the seed. */
  accounts(): AccountView[];
  /** A copy of the number as the vendor would show it, or undefined. */
  number(id: string): Record<string, unknown> | undefined;
  /** Someone changed it in the dashboard: fields in the vendor's own words, undefined takes a field away. */
  changeNumber(id: string, fields: Record<string, unknown>): void;
  removeNumber(id: string): void;
  deleteAgent(id: string): void;
  /** Faults that meet the same request add up; of those that end it, the oldest wins. */
  fault(fault: Fault, when?: FaultWhen): void;
  clearFaults(): void;
  /** From now on every key has this limit, with a full bucket. */
  limitRate(limit: RateLimit): void;
  /** What a caller would meet: an agent that no longer exists answers nobody. */
  effective(id: string): { agentId: string | null; name: string | null };
  /** Calls the listener after every request and every change behind the caller's back. Gives what ends that. */
  listen(listener: () => void): () => void;
  /** Stops listening and ends every connection at once, hanging ones too. */
  close(): Promise<void>;
}
