import type { VendorAccount, VendorAccounts, VendorId } from "../domain/vendor.ts";
import { cachedAccount } from "./cached.ts";
import { guardedAccount } from "./guarded.ts";
import { vendors } from "./index.ts";

/** How all vendor accounts of this process are reached. */
export interface AccountsOptions {
  /** Base URLs, the operator's to set. */
  readonly baseUrls: Readonly<Record<VendorId, string>>;
  /** Limit of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** The clock by which lists grow old, in unix milliseconds. */
  readonly now: () => number;
  /** Told of a failed background reading or keeping of a list: a Problem, or a bug. It must not throw. */
  readonly onRefreshFailed: (vendor: VendorId, error: unknown) => void;
}

/** The accounts of this process: one for each connection and key, so that all work on it shares its limits and lists. */
export function vendorAccounts({
  baseUrls,
  timeoutMs,
  now,
  onRefreshFailed,
}: AccountsOptions): VendorAccounts {
  const opened = new Map<string, { readonly credentials: string; readonly account: VendorAccount }>();
  const trial: VendorAccounts["trial"] = (id, credentials) =>
    vendors[id].open(credentials, { baseUrl: baseUrls[id], timeoutMs });
  return {
    vendor: (id) => vendors[id],
    trial,
    open: ({ id, vendor }, credentials, copies) => {
      const text = JSON.stringify(credentials);
      const known = opened.get(id);
      if (known?.credentials === text) return known.account;
      const account = cachedAccount(guardedAccount(trial(vendor, credentials), vendors[vendor].title), {
        copies,
        now,
        onRefreshFailed: (error) => onRefreshFailed(vendor, error),
      });
      opened.set(id, { credentials: text, account });
      return account;
    },
  };
}
