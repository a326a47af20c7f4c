import { z } from "zod";
import type { Change } from "./change.ts";
import type { InventoryCache } from "./inventory-cache.ts";
import type { Agent, PhoneNumber } from "./phone-number.ts";
import type { Problem, ProblemCode } from "./problem.ts";
import type { Timer } from "./timer.ts";

/** The ids of the vendors as keys. The list of adapters, `src/vendors/index.ts`, declares them. */
export interface KnownVendors {}

/** The id of a voice platform that Patchbay has an adapter for. */
export type VendorId = keyof KnownVendors;

/** A vendor's id in stored data. Whether there is an adapter for it shows when it is looked up. */
export const vendorId = z.custom<VendorId>((id) => typeof id === "string" && id !== "");

/** What opens a vendor account, by the field ids of its credentials schema. Secret: sealed at rest, never shown. */
export type Credentials = Readonly<Record<string, string>>;

/** One of a vendor's own fields that `edit` offers; the form is drawn from it. Lengths are in characters. */
export interface FieldSpec {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly input: "text" | "multiline" | "agent";
  readonly maxLength: number;
  /** Whether `null` may be sent to empty it. */
  readonly clearable: boolean;
}

/** What a vendor can do; forms and help are drawn from it. */
export interface VendorCapabilities {
  readonly name: { readonly maxLength: number; readonly clearable: boolean };
  readonly fields: readonly FieldSpec[];
}

/**
 * A voice platform as a vendor adapter. `credentials` describes the connect form: each key is an input, its zod description the
 * label. `open` makes no request.
 */
export interface Vendor {
  readonly id: VendorId;
  readonly title: string;
  /** Base URL of its API, unless the setting `<ID>_API_URL` names another; no trailing slash. */
  readonly apiUrl: string;
  readonly credentials: z.ZodObject<Record<string, z.ZodString>>;
  readonly capabilities: VendorCapabilities;
  /** Where the same thing is done by hand, in words, for when the API cannot. */
  readonly dashboard: string;
  open(credentials: Credentials, options: VendorOptions): VendorAccount;
}

/** How a vendor account is reached. */
export interface VendorOptions {
  /** Base URL, the operator's to set; no trailing slash. */
  readonly baseUrl: string;
  /** Limit of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** How time passes for what waits; the machine's unless given. */
  readonly timer?: Timer | undefined;
}

/** How long bulk work waits for room at an account. */
export interface CapacityWaitOptions {
  /** Longer than this, in milliseconds, and it gives up with rate_limited. */
  readonly longestMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Hears of a record of a list that cannot be read, where a list is read from its vendor. */
export type OnUnreadable = (why: Problem) => void;

/** A list that may be incomplete never is: listing reads all pages, and tells of each record that it cannot read, or throws. */
export interface VendorAccount {
  /**
   * Every number of the account. Where a copy is kept, that one, if it is at most `maxAgeMs` old, or if reading it anew
   * takes longer than anybody waits; its age is with `lastKnown`. Where it is read, each number is put through `made`, if
   * that is given, as soon as its page has come, so that of a long list only what is to be kept is held.
   * Throws credentials_rejected, rate_limited, vendor_unavailable, vendor_response_unreadable, unsupported.
   */
  listNumbers(
    signal?: AbortSignal,
    maxAgeMs?: number,
    made?: (number: PhoneNumber) => PhoneNumber,
    onUnreadable?: OnUnreadable,
  ): Promise<readonly PhoneNumber[]>;
  /** One number, live. Throws what listing throws, and not_found. */
  getNumber(id: string, signal?: AbortSignal): Promise<PhoneNumber>;
  /** The numbers whose E.164 or name contains a text, live, where the API searches; a part of them where they are very many. */
  searchNumbers?(text: string, signal?: AbortSignal): Promise<readonly PhoneNumber[]>;
  /** The numbers as they were last read, however long ago and before which restart. Asks the vendor nothing. */
  lastKnown?(): Promise<LastKnown | undefined>;
  /** How many records of the list of agents could not be read when it was last read, and are missing from it. */
  unreadableAgents?(): Promise<number>;
  /** Since when its lists have not been answered and are asked for less often; undefined while all is well. */
  outage?(): Outage | undefined;
  /** Every agent of the account, of a copy as `listNumbers` does. Throws what listing numbers throws. */
  listAgents(signal?: AbortSignal, maxAgeMs?: number, onUnreadable?: OnUnreadable): Promise<readonly Agent[]>;
  /** One agent. Throws what listing throws, and not_found. */
  getAgent(id: string, signal?: AbortSignal): Promise<Agent>;
  /** One cheap read that shows whether the credentials are good. Throws what listing throws. */
  check(signal?: AbortSignal): Promise<void>;
  /**
   * The body of the one PATCH that makes this change to this number; asks nothing of the vendor.
   * Throws unsupported or invalid_input for what this vendor cannot do.
   */
  buildPatch(number: PhoneNumber, change: Change): PatchBody;
  /**
   * Sends the PATCH, once, never again. Throws vendor_refused (the vendor answered that it did not do it), unsupported
   * (this account's API no longer offers it), credentials_rejected, rate_limited, vendor_unavailable (never sent) and
   * outcome_unknown (sent, and no readable answer).
   */
  patch(id: string, body: PatchBody): Promise<PatchAnswer>;
  /**
   * Runs one step of bulk work (it reads a number, and may change it) when the account's limit has room for it beside
   * what people do; steps take their turns in the order in which they came. Throws rate_limited, without running it, where
   * the vendor has asked for a longer wait.
   */
  inTurn<T>(step: () => Promise<T>, options: CapacityWaitOptions): Promise<T>;
}

/** An account as it was when its numbers were last read, with what was seen of single ones since. */
export interface LastKnown {
  readonly numbers: readonly PhoneNumber[];
  readonly agents: readonly Agent[];
  /** When the numbers were read, as the clock was then. */
  readonly at: Date;
  /** How long ago that was, in milliseconds, whatever was done to the clock since; infinite where nobody knows. */
  readonly ageMs: number;
  /** How many records of each list could not be read, and are missing here. */
  readonly unreadable?: { readonly numbers: number; readonly agents: number };
}

/** That an account's lists keep failing. */
export interface Outage {
  /** When the first of the failures in a row was. */
  readonly since: Date;
  /** From when on they are asked for again. */
  readonly until: Date;
}

/** On whose behalf a vendor is asked. */
export interface RequestMeta {
  /** Names the request in the log. */
  readonly requestId?: string | undefined;
  /** Whose connection it is, in the log. */
  readonly workspaceId?: string | undefined;
  /** Nobody waits for it: it goes after what people wait for, and keeps quiet while the vendor has asked for that. */
  readonly background?: boolean | undefined;
}

/** What is asked of a vendor, and how single requests end; each pair is a series of the metrics. */
export const vendorMethods = ["list", "get", "patch"] as const satisfies readonly VendorRequest["method"][];
export const vendorResults = [
  "ok",
  "bug",
  "credentials_rejected",
  "rate_limited",
  "vendor_refused",
  "vendor_unavailable",
  "vendor_response_unreadable",
  "outcome_unknown",
] as const satisfies readonly VendorRequest["result"][];

/** One request to a vendor, once it has ended. */
export interface VendorRequest extends RequestMeta {
  readonly method: "list" | "get" | "patch";
  readonly result: "ok" | "bug" | ProblemCode;
  /** What kept a connection from coming about, as Node calls it: `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
  readonly fault?: string | undefined;
  /** The HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  readonly ms: number;
  /** The vendor's own id of it (`x-request-id`), for its support. */
  readonly vendorRequestId: string | undefined;
  /** The `Date` header of the answer, as it came. */
  readonly date: string | undefined;
}

/** The JSON body of an update request. Only what changes is in it. */
export type PatchBody = Readonly<Record<string, unknown>>;

/** What a vendor said to an update: its status, and the number as far as the answer shows it. */
export interface PatchAnswer {
  readonly status: number;
  readonly number: PhoneNumber;
}

/** Opens vendor accounts, with the limits and the short memory that all work on one account shares. */
export interface VendorAccounts {
  /** All vendors, in the order in which they are shown. */
  readonly vendors: readonly Vendor[];
  /** One vendor. Throws unsupported if there is no adapter for that id. */
  vendor(id: VendorId): Vendor;
  /** The account behind a kept connection, with copies of its lists. The same credentials share limits and lists, the person who asks. */
  open(
    connection: { readonly id: string; readonly vendor: VendorId },
    credentials: Credentials,
    asking?: RequestMeta,
    copies?: InventoryCache,
  ): VendorAccount;
  /** Drops the account of a connection that is gone, with the lists that were kept of it. */
  forget(connectionId: string): void;
  /** An account for credentials that are only being tried. */
  trial(vendor: VendorId, credentials: Credentials, asking?: RequestMeta): VendorAccount;
}
