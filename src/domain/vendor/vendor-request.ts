import type { ProblemCode } from "../problem/problem.ts";
import type { RequestMeta } from "./vendor.ts";

/** The kinds of vendor requests and their results. Each pair is a series of the metrics. */
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

/** A finished request to a vendor. */
export interface VendorRequest extends RequestMeta {
  readonly method: "list" | "get" | "patch";
  readonly result: "ok" | "bug" | ProblemCode;
  /** Why no connection was made, as Node's error code: `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
  readonly fault?: string | undefined;
  /** The HTTP status; undefined without a response. */
  readonly status: number | undefined;
  readonly ms: number;
  /** The vendor's own id of the request (`x-request-id`), for its support. */
  readonly vendorRequestId: string | undefined;
  /** The `Date` header of the response, unparsed. */
  readonly date: string | undefined;
}
