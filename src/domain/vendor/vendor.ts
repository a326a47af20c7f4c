import { z } from "zod";
import type { InventoryCache } from "./inventory-cache.ts";
import type { Timer } from "../shared/timer.ts";
import type { SharedBudget } from "./shared-budgets.ts";
import type { VendorAccount } from "./vendor-account.ts";

/** The ids of the vendors as keys. The list of adapters, `src/vendors/index.ts`, declares them. */
export interface KnownVendors {}

/** The id of a voice platform that Patchbay has an adapter for. */
export type VendorId = keyof KnownVendors;

/** A vendor's id in stored data. Whether there is an adapter for it shows when it is looked up. */
export const vendorId = z.custom<VendorId>((id) => typeof id === "string" && id !== "");

/**
 * Credentials of a vendor account, by the field ids of the vendor's credentials schema. Secret: encrypted at rest,
 * never shown.
 */
export type Credentials = Readonly<Record<string, string>>;

/**
 * A vendor's own field that `edit` offers. The form is drawn from it. Lengths are in characters. The values of a
 * `choice` come from `VendorAccount.listChoices`.
 */
export interface FieldSpec {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly input: "text" | "multiline" | "agent" | "choice";
  readonly maxLength: number;
  /** Whether `null` clears it. */
  readonly clearable: boolean;
}

/** The capabilities of a vendor. Forms and help are drawn from them. */
export interface VendorCapabilities {
  readonly name: { readonly maxLength: number; readonly clearable: boolean };
  readonly fields: readonly FieldSpec[];
  /** What the vendor calls the version in which an agent may answer; "version" unless given. */
  readonly versionWord?: string;
  /** Whether something that a snapshot does not have may answer a number without an agent, for example a server. */
  readonly mayAnswerWithoutAgent?: boolean;
}

/**
 * A voice platform. `credentials` describes the connect form: each key is an input, and its zod description is the
 * label. `open` sends no request.
 */
export interface Vendor {
  readonly id: VendorId;
  readonly title: string;
  /** Base URL of its API, unless the setting `<ID>_API_URL` names another; no trailing slash. */
  readonly apiUrl: string;
  readonly credentials: z.ZodObject<Record<string, z.ZodString>>;
  readonly capabilities: VendorCapabilities;
  /** Where to make the same changes by hand, as text to show. */
  readonly dashboard: string;
  open(credentials: Credentials, options: VendorOptions): VendorAccount;
}

/** How to reach a vendor account. */
export interface VendorOptions {
  /** Base URL, no trailing slash. */
  readonly baseUrl: string;
  /** Time limit of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** The clock to wait with; the system's by default. */
  readonly timer?: Timer | undefined;
  /** The account's rate limit over all replicas; without it, this process has the limit to itself. */
  readonly budget?: OpenBudget | undefined;
}

/** A shared rate limit, and the function to call if it cannot be used. `failed` must not throw. */
export interface OpenBudget {
  readonly shared: SharedBudget;
  failed(error: unknown): void;
}

/** On whose behalf a request is sent. */
export interface RequestMeta {
  /** Names the request in the log. */
  readonly requestId?: string | undefined;
  /** The workspace of the connection, for the log. */
  readonly workspaceId?: string | undefined;
  /** Nobody waits for it: it goes after requests that people wait for, and pauses while the vendor is rate limiting. */
  readonly background?: boolean | undefined;
}

/** Opens vendor accounts. All work on one account shares its rate limit and cache. */
export interface VendorAccounts {
  /** All vendors, in the order in which they are shown. */
  readonly vendors: readonly Vendor[];
  /** One vendor. Throws unsupported if there is no adapter for that id. */
  vendor(id: VendorId): Vendor;
  /**
   * The account of a connection, with copies of its lists. Connections with the same credentials share the rate
   * limit.
   */
  open(
    connection: { readonly id: string; readonly vendor: VendorId; readonly fingerprint: string },
    credentials: Credentials,
    asking?: RequestMeta,
    copies?: InventoryCache,
  ): VendorAccount;
  /** Forgets the account and the cached lists of a removed connection. */
  forget(connectionId: string): void;
  /** An account for credentials that are only being tested. */
  trial(vendor: VendorId, credentials: Credentials, asking?: RequestMeta): VendorAccount;
}
