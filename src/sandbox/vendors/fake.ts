import type { StoredCall } from "./calls/stored-call.ts";
import type { VendorSample } from "./sample.ts";
import type { AgentSeed, NumberSeed } from "./types.ts";

/** A number as stored in a fake: the vendor's record, with the agent's id. */
export type Stored = Record<string, unknown>;

/** An agent as stored in a fake. */
export type StoredAgent = Required<AgentSeed>;

/** An account as stored in a fake. Both maps keep the order of the seed. */
export interface Account {
  readonly key: string;
  readonly agents: Map<string, StoredAgent>;
  readonly numbers: Map<string, Stored>;
  readonly providers: ReadonlySet<string>;
  /** In the order in which they were added. */
  readonly calls: StoredCall[];
  /** The vendor's clock, in unix milliseconds. */
  readonly now: () => number;
}

/** A request for a fake, after the server has read it and found its account. */
export interface Call {
  readonly method: string;
  /** The path's segments, percent-decoded one by one, so that an encoded slash stays inside its segment. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Record<string, string>;
  readonly body: Body;
  readonly account: Account | undefined;
  /** Whether another account has a number or an agent with this id. */
  readonly isForeign: (id: string) => boolean;
  readonly newer: boolean;
  readonly repeatPage: boolean;
  /** No page is longer than this, whatever is requested. */
  readonly pageCap?: number;
  /** Whether lists use cursors, if the vendor has lists of both kinds. */
  readonly cursorPages?: boolean;
  /** How an agent of null is handled. Without it, the agent is cleared and shown as null. */
  readonly nullAgent?: "ignored" | "fails";
}

/** A request's body: a JSON value, or why it could not be read. */
export type Body = { json: unknown } | { unreadable: "media-type" | "syntax" };

/** A response. A string is sent as plain text, undefined as no body, anything else as JSON. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** What is left of a key's rate limit after a request. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
  readonly allowed: boolean;
}

/** The vendor-specific part. Everything else (listening, faults, recording, keys) is in the server. */
export interface VendorFake {
  /** The header that carries the key as it is. Without one, the key is a Bearer token. */
  readonly keyHeader?: string;
  /** The default field for the fault `missing-field`. */
  readonly requiredField: string;
  /** Typical values, for the demo, the tests and the benches. */
  readonly sample: VendorSample;
  store(seed: NumberSeed): Stored;
  show(stored: Stored, account: Account, newer: boolean): Record<string, unknown>;
  /** Converts dashboard input to stored fields. */
  dashboard(fields: Record<string, unknown>): Stored;
  /** What the dashboard sends for another name or agent of a number that is shown like this. */
  edited(
    name: string | undefined,
    agentId: string | null | undefined,
    shown: Record<string, unknown>,
  ): Record<string, unknown>;
  agentOf(stored: Stored): unknown;
  nameOf(stored: Stored): unknown;
  forgetAgent(account: Account, agentId: string): void;
  answer(call: Call): Reply;
  /** The id of the account's n-th call. Without it, the vendor has no list of calls. */
  callId?(n: number): string;
  /** A call that only reads the number that a call updates, if that takes another path. */
  asRead?(call: Call): Call;
  /** The vendor's error body for a failure that does not depend on the route. */
  problem(call: Call, status: number, message: string): Reply;
  rateHeaders(state: RateState): Record<string, string>;
}

/** The creation time of everything seeded, so that a seed results in the same records in every run. */
export const seededAt = "2026-03-02T09:00:00.000Z";

/** Whether a value is a JSON object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A call that only reads what a call changes. */
export const readOf = (fake: VendorFake, call: Call): Call =>
  fake.asRead?.(call) ?? { ...call, method: "GET" };

/** The segments that match the pattern's stars, or undefined if the path does not match. */
export function matchPath(path: readonly string[], pattern: string): string[] | undefined {
  const wanted = pattern.slice(1).split("/");
  const fits = wanted.length === path.length && wanted.every((part, at) => part === "*" || part === path[at]);
  return fits ? path.filter((_segment, at) => wanted[at] === "*") : undefined;
}

/** Sets fields of a stored number; undefined removes a field. `updated_at` always increases. */
export function assign({ now }: Pick<Account, "now">, stored: Stored, fields: Record<string, unknown>): void {
  const before = JSON.stringify(stored);
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) delete stored[field];
    else stored[field] = value;
  }
  const unchanged = JSON.stringify(stored) === before;
  const previous = stored["updated_at"];
  if (unchanged || "updated_at" in fields || typeof previous !== "string") return;
  stored["updated_at"] = new Date(Math.max(now(), Date.parse(previous) + 1)).toISOString();
}

/** An integer from the query within bounds, the default if it is absent, or undefined if it is invalid. */
export function wholeNumber(
  query: URLSearchParams,
  field: string,
  bounds: { otherwise: number; min: number; max: number },
): number | undefined {
  const text = query.get(field);
  if (text === null) return bounds.otherwise;
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= bounds.min && value <= bounds.max ? value : undefined;
}

/** The page size; undefined if the requested one is invalid. */
export function pageLimit(
  call: Call,
  bounds: { otherwise: number; max: number },
  field = "limit",
): number | undefined {
  const limit = wholeNumber(call.query, field, { ...bounds, min: 1 });
  return limit === undefined ? undefined : Math.min(limit, call.pageCap ?? limit);
}

/** The total, or a number that no reader reaches if the page repeats forever. */
export const claimedTotal = (call: Call, total: number): number => (call.repeatPage ? 1_000_000 : total);
