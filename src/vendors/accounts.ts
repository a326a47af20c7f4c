import { z } from "zod";
import type { InventoryCache } from "../domain/vendor/inventory-cache.ts";
import type {
  RequestMeta,
  Credentials,
  OpenBudget,
  VendorAccounts,
  Vendor,
  VendorId,
} from "../domain/vendor/vendor.ts";
import type { Outage, VendorAccount } from "../domain/vendor/vendor-account.ts";
import type { VendorRequest } from "../domain/vendor/vendor-request.ts";
import { ownValue } from "../domain/shared/own-value.ts";
import { Problem } from "../domain/problem/problem.ts";
import type { Connection } from "../domain/connections/connections.ts";
import type { SharedBudgets } from "../domain/vendor/shared-budgets.ts";
import type { Timer } from "../domain/shared/timer.ts";
import { accountFor, type RequestScope } from "./request-scope.ts";
import { cachedAccount, type CachedAccount } from "./cache/cached-account.ts";
import { withCircuitBreaker } from "./cache/circuit-breaker.ts";
import { vendors } from "./index.ts";
import { machineTimer } from "./machine-timer.ts";

/** How this process reaches vendor accounts. */
export interface AccountsOptions {
  /** Base URLs, from the settings. */
  readonly baseUrls: Readonly<Record<VendorId, string>>;
  /** Time limit of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** The clock to wait with; the system's by default. */
  readonly timer?: Timer | undefined;
  /** The time in unix milliseconds. */
  readonly now: () => number;
  /** The clock for the age of lists; follows `now` unless given. */
  readonly monotonicMs?: (() => number) | undefined;
  /** Called for a failed background refresh or write of a list, with a Problem or a bug. It must not throw. */
  readonly onRefreshFailed: (
    vendor: VendorId,
    error: unknown,
    connectionId: string,
    workspaceId?: string,
  ) => void;
  /** The rate limits over all replicas, if there are others. */
  readonly budgets?: SharedBudgets | undefined;
  /** Called once for each account whose shared rate limit cannot be used. It must not throw. */
  readonly onBudgetFailed?: (vendor: VendorId, error: unknown, connectionId: string) => void;
  /** Called for each finished request, with the connection's id if it is a stored one. It must not throw. */
  readonly onRequest?: (vendor: VendorId, request: VendorRequest, connectionId: string | undefined) => void;
}

/** The accounts of this process, and the state of those in use. */
export interface OpenedAccounts extends VendorAccounts {
  /** Another replica may have stored newer lists of a connection, or of any. */
  listsChanged(connectionId?: string): void;
  /** Resolves when the stored lists are as this process knows them, or could not be stored. */
  saved(): Promise<void>;
  troubles(): readonly {
    readonly connectionId: string;
    readonly vendor: VendorId;
    readonly trouble: Outage | undefined;
  }[];
}

/**
 * The accounts of this process: one for each connection and key, so that all work on it shares its lists.
 * Connections with the same key share the rate limit.
 */
export function vendorAccounts({
  baseUrls,
  timeoutMs,
  timer = machineTimer,
  now,
  monotonicMs,
  onRefreshFailed,
  onRequest = () => undefined,
  budgets,
  onBudgetFailed = () => undefined,
}: AccountsOptions): OpenedAccounts {
  interface Opened {
    readonly vendor: VendorId;
    readonly credentials: string;
    /** Without cached lists. Connections with the same key share it, because they share the vendor's rate limit. */
    readonly plain: VendorAccount;
    readonly account: CachedAccount;
  }
  const opened = new Map<string, Opened>();
  const vendor = (id: VendorId): Vendor => {
    return ownValue<Vendor>(vendors, id) ?? unsupportedVendor(id);
  };
  const shared = (
    { id, vendor: vendorId, fingerprint }: Pick<Connection, "id" | "vendor" | "fingerprint">,
    credentials: Credentials,
    copies: InventoryCache | undefined,
    workspaceId: string | undefined,
  ): VendorAccount => {
    const text = JSON.stringify(credentials);
    const known = opened.get(id);
    if (known?.credentials === text) return known.account;
    const same = [...opened.values()].find(
      (other) => other.vendor === vendorId && other.credentials === text,
    );
    const { title, open } = vendor(vendorId);
    const budget: OpenBudget | undefined =
      budgets && workspaceId !== undefined
        ? {
            shared: budgets.of(workspaceId, `${vendorId}/${fingerprint}`),
            failed: (error) => onBudgetFailed(vendorId, error, id),
          }
        : undefined;
    const plain = same?.plain ?? open(credentials, { baseUrl: baseUrls[vendorId], timeoutMs, timer, budget });
    const account = cachedAccount(withCircuitBreaker(plain, title, timer), {
      copies,
      now,
      monotonicMs: monotonicMs ?? now,
      onRefreshFailed: (error) => onRefreshFailed(vendorId, error, id, workspaceId),
    });
    opened.set(id, { vendor: vendorId, credentials: text, plain, account });
    return account;
  };
  const askedBy = (asking: RequestMeta, vendorId: VendorId, connectionId?: string): RequestScope => ({
    requestId: asking.requestId,
    workspaceId: asking.workspaceId,
    background: asking.background,
    onRequest: (request: VendorRequest) => onRequest(vendorId, request, connectionId),
  });
  return {
    vendors: Object.values(vendors),
    vendor,
    forget: (connectionId) => void opened.delete(connectionId),
    trial: (id, credentials, asking = {}) =>
      accountFor(
        vendor(id).open(credentials, { baseUrl: baseUrls[id], timeoutMs, timer }),
        askedBy(asking, id),
      ),
    open: (connection, credentials, asking = {}, copies) =>
      accountFor(
        shared(connection, credentials, copies, asking.workspaceId),
        askedBy(asking, connection.vendor, connection.id),
      ),
    listsChanged: (connectionId) => {
      for (const [id, { account }] of opened)
        if (connectionId === undefined || id === connectionId) account.listsChanged();
    },
    saved: async () => {
      await Promise.all([...opened.values()].map(async ({ account }) => account.saved()));
    },
    troubles: () =>
      [...opened].map(([connectionId, { vendor: vendorId, account }]) => ({
        connectionId,
        vendor: vendorId,
        trouble: account.outage?.(),
      })),
  };
}

/**
 * A vendor that only a form or the database of another version refers to. Its recorded data can be shown; opening an
 * account throws unsupported.
 */
function unsupportedVendor(id: VendorId): Vendor {
  return {
    id,
    title: id,
    apiUrl: "",
    credentials: z.object({}),
    capabilities: { name: { maxLength: 0, clearable: false }, fields: [] },
    dashboard: "the vendor's dashboard",
    open: () => {
      throw new Problem("unsupported", `This Patchbay does not support the vendor "${id}".`);
    },
  };
}
