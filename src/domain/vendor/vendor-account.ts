import type { Change } from "../numbers/change.ts";
import type { Agent, PhoneNumber } from "../numbers/phone-number.ts";
import type { Problem } from "../problem/problem.ts";
import type { Lease } from "../shared/lease.ts";
import type { CallLog, CallQuery } from "./call-log.ts";

/** How long bulk work waits for the account's rate limit. */
export interface CapacityWaitOptions {
  /** Throws rate_limited after this many milliseconds. */
  readonly longestMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Called for each record of a list that cannot be read. */
export type OnUnreadable = (why: Problem) => void;

/** An open vendor account. Lists are complete: listing reads all pages, reports each unreadable record, or throws. */
export interface VendorAccount {
  /**
   * Every number of the account. A cached account returns its copy if that is at most `maxAgeMs` old, or if a
   * refresh takes too long; `lastKnown` has its age. `made` transforms each number as soon as its page arrives, so
   * that a long list needs less memory. Throws credentials_rejected, rate_limited, vendor_unavailable,
   * vendor_response_unreadable, unsupported.
   */
  listNumbers(
    signal?: AbortSignal,
    maxAgeMs?: number,
    made?: (number: PhoneNumber) => PhoneNumber,
    onUnreadable?: OnUnreadable,
  ): Promise<readonly PhoneNumber[]>;
  /** One number, live. Throws what `listNumbers` throws, and not_found. */
  getNumber(id: string, signal?: AbortSignal): Promise<PhoneNumber>;
  /**
   * The numbers whose E.164 or name contains a text, live, if the API can search. Possibly incomplete if there are
   * very many.
   */
  searchNumbers?(text: string, signal?: AbortSignal): Promise<readonly PhoneNumber[]>;
  /**
   * The newest change of a number according to the vendor's own log, by anyone; undefined if the log does not have it.
   * Only if the vendor has one. Throws what `listNumbers` throws.
   */
  newestChange?(numberId: string, signal?: AbortSignal): Promise<VendorLogEntry | undefined>;
  /**
   * The calls to a number according to the vendor's own log, live, a few pages at most. Only if the API has one. Throws what
   * `listNumbers` throws; credentials_rejected may be about the calls alone.
   */
  listCalls?(query: CallQuery, signal?: AbortSignal): Promise<CallLog>;
  /** The account as last read, however long ago, also before a restart. Sends no request. */
  lastKnown?(): Promise<LastKnown | undefined>;
  /** The number of agents that the last listing could not read, and that are missing. */
  unreadableAgents?(): Promise<number>;
  /** Since when listing has kept failing and is tried less often; undefined without failures. */
  outage?(): Outage | undefined;
  /** Every agent of the account, cached like `listNumbers`. Throws what `listNumbers` throws. */
  listAgents(signal?: AbortSignal, maxAgeMs?: number, onUnreadable?: OnUnreadable): Promise<readonly Agent[]>;
  /** One agent. Throws what `listNumbers` throws, and not_found. */
  getAgent(id: string, signal?: AbortSignal): Promise<Agent>;
  /**
   * The values that a field with the input `choice` can have, cached like `listNumbers`. Only if the vendor has such a
   * field. Throws what `listNumbers` throws.
   */
  listChoices?(fieldId: string, signal?: AbortSignal): Promise<readonly FieldChoice[]>;
  /** One cheap request that shows whether the credentials are valid. Throws what `listNumbers` throws. */
  check(signal?: AbortSignal): Promise<void>;
  /**
   * Builds the body of the one PATCH that makes this change; sends no request. Throws unsupported or invalid_input
   * if this vendor cannot make it.
   */
  buildPatch(number: PhoneNumber, change: Change): PatchBody;
  /**
   * Sends the PATCH once and never retries. Throws vendor_refused (the vendor did not do it), unsupported (the
   * account's API no longer offers it), credentials_rejected, rate_limited, vendor_unavailable (never sent) and
   * outcome_unknown (sent, without a readable response). `leftMs` says how much longer the sender holds the number's
   * lock: it is not sent if it might still be under way after that.
   */
  patch(id: string, body: PatchBody, leftMs?: Lease["leftMs"]): Promise<PatchAnswer>;
  /**
   * Runs one step of bulk work when the account's rate limit has room for it besides what people do. Steps run in
   * order. Throws rate_limited, without running the step, if the vendor asks for a longer wait.
   */
  inTurn<T>(step: () => Promise<T>, options: CapacityWaitOptions): Promise<T>;
  /** How long so many steps of bulk work take at the rate limit, as far as known, in milliseconds. */
  bulkTimeMs?(steps: number): number;
}

/** A value of a vendor's own field, and its name for people. */
export interface FieldChoice {
  readonly id: string;
  readonly name: string;
}

/** An entry of a vendor's own log about a number. */
export interface VendorLogEntry {
  /** Who made the change, as text to show: "API key key_1". Undefined if the log does not say. */
  readonly by: string | undefined;
  readonly at: Date;
}

/** An account as it was last read, updated with single numbers that were read since. */
export interface LastKnown {
  readonly numbers: readonly PhoneNumber[];
  readonly agents: readonly Agent[];
  /** When the numbers were read, by the clock at that time. */
  readonly at: Date;
  /** The age in milliseconds, unaffected by changes of the clock; Infinity if unknown. */
  readonly ageMs: number;
  /** The number of records in each list that could not be read and are missing. */
  readonly unreadable?: { readonly numbers: number; readonly agents: number };
}

/** An account whose lists keep failing. */
export interface Outage {
  /** When the first consecutive failure happened. */
  readonly since: Date;
  /** When listing is tried again. */
  readonly until: Date;
}

/**
 * What an update sends, only what changes: the JSON body of a PATCH, or what the adapter's `patch` makes another request
 * of.
 */
export type PatchBody = Readonly<Record<string, unknown>>;

/** A vendor's response to an update: its status, and the number as far as the response shows it, if it shows one. */
export interface PatchAnswer {
  readonly status: number;
  readonly number: PhoneNumber | undefined;
  /** The vendor's clock when it answered. */
  readonly at?: Date | undefined;
}
