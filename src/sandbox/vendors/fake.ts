import type { AccountSeed, AgentSeed, NumberSeed } from "./types.ts";

/** A number as a fake keeps it: the vendor's record, with the agent by its id. */
export type Stored = Record<string, unknown>;

/** An agent as a fake keeps it. */
export type StoredAgent = Required<AgentSeed>;

/** An account as a fake keeps it. Both maps keep the order in which the account was seeded. */
export interface Account {
  readonly key: string;
  readonly agents: Map<string, StoredAgent>;
  readonly numbers: Map<string, Stored>;
  readonly providers: ReadonlySet<string>;
}

/** A request as a fake sees it, after the server has read it and looked up the key. */
export interface Call {
  readonly method: string;
  /** The path's segments, percent-decoded one by one, so that an encoded slash stays inside its segment. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Record<string, string>;
  readonly body: Body;
  readonly account: Account | undefined;
  readonly newer: boolean;
  readonly repeatPage: boolean;
  /** No page is longer than this, whatever is asked for. */
  readonly pageCap?: number;
  /** Whether lists are paged by a cursor, where the vendor has lists of both kinds. */
  readonly cursorPages?: boolean;
  /** What is done about an agent that is to be null; without it, it is cleared and shown as null. */
  readonly nullAgent?: "ignored" | "fails";
}

/** A request's body: a JSON value, or why there is none. */
export type Body = { json: unknown } | { unreadable: "media-type" | "syntax" };

/** An answer; a string is sent as plain text, undefined as no body, anything else as JSON. */
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

/** What is a vendor's own. Everything else (listening, faults, recording, keys) is the server's. */
export interface VendorFake {
  /** The field that `missing-field` takes away unless it is told another. */
  readonly requiredField: string;
  /** A small believable account, for demos and screens. */
  readonly demoAccount: AccountSeed;
  store(seed: NumberSeed): Stored;
  show(stored: Stored, account: Account, newer: boolean): Record<string, unknown>;
  /** Translates what someone typed into the dashboard to stored fields. */
  dashboard(fields: Record<string, unknown>): Stored;
  agentOf(stored: Stored): unknown;
  nameOf(stored: Stored): unknown;
  forgetAgent(account: Account, agentId: string): void;
  answer(call: Call): Reply;
  /** The vendor's error body for a failure that is not particular to a route. */
  problem(call: Call, status: number, message: string): Reply;
  rateHeaders(state: RateState): Record<string, string>;
}

/** When everything seeded was made, so that a seed gives the same records at every run. */
export const seededAt = "2026-03-02T09:00:00.000Z";

/** Whether a value is a JSON object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The segments that stand at the pattern's stars, or undefined when the path is another. */
export function matchPath(path: readonly string[], pattern: string): string[] | undefined {
  const wanted = pattern.slice(1).split("/");
  const fits = wanted.length === path.length && wanted.every((part, at) => part === "*" || part === path[at]);
  return fits ? path.filter((_segment, at) => wanted[at] === "*") : undefined;
}

/** Puts fields into a stored number; undefined takes a field away. A changed `updated_at` never stands still. */
export function assign(stored: Stored, fields: Record<string, unknown>): void {
  const before = JSON.stringify(stored);
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) delete stored[field];
    else stored[field] = value;
  }
  const unchanged = JSON.stringify(stored) === before;
  const previous = stored["updated_at"];
  if (unchanged || "updated_at" in fields || typeof previous !== "string") return;
  stored["updated_at"] = new Date(Math.max(Date.now(), Date.parse(previous) + 1)).toISOString();
}

/** A whole number from the query within bounds, the default when it is not there, or undefined when it is bad. */
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

/** How many items a page has at the most; undefined when what was asked for is bad. */
export function pageLimit(call: Call, bounds: { otherwise: number; max: number }): number | undefined {
  const limit = wholeNumber(call.query, "limit", { ...bounds, min: 1 });
  return limit === undefined ? undefined : Math.min(limit, call.pageCap ?? limit);
}

/** How many there are, or a number that no reader will reach when the page is to repeat forever. */
export const claimedTotal = (call: Call, total: number): number => (call.repeatPage ? 1_000_000 : total);
