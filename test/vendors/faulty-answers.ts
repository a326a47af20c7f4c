import type { ProblemCode } from "../../src/domain/problem/problem.ts";
import type { Fault } from "../../src/sandbox/vendors/index.ts";

/** A vendor's fault and its required result. A slow one lasts until the time limit. */
export interface Spoiled {
  readonly fault: Fault;
  readonly code: ProblemCode;
  readonly slow?: boolean;
}

/** The Problems that reads must end in. `slow` faults wait for the time limit. */
export const spoiledReads: readonly Spoiled[] = [
  { fault: { kind: "hang" }, code: "vendor_unavailable", slow: true },
  { fault: { kind: "apply-then-hang" }, code: "vendor_unavailable", slow: true },
  { fault: { kind: "delay", ms: 60_000 }, code: "vendor_unavailable", slow: true },
  { fault: { kind: "apply-then-500" }, code: "vendor_unavailable" },
  { fault: { kind: "status", status: 503 }, code: "vendor_unavailable" },
  { fault: { kind: "status", status: 409 }, code: "vendor_refused" },
  { fault: { kind: "status", status: 403 }, code: "credentials_rejected" },
  { fault: { kind: "drop-before" }, code: "vendor_unavailable" },
  { fault: { kind: "drop-after" }, code: "vendor_unavailable" },
  { fault: { kind: "rate-limit", retryAfter: "seconds", seconds: 30 }, code: "rate_limited" },
  { fault: { kind: "rate-limit", retryAfter: "date", seconds: 30 }, code: "rate_limited" },
  { fault: { kind: "rate-limit", retryAfter: "none" }, code: "rate_limited" },
  { fault: { kind: "html" }, code: "vendor_response_unreadable" },
  { fault: { kind: "half-json" }, code: "vendor_response_unreadable" },
  { fault: { kind: "empty-body" }, code: "vendor_response_unreadable" },
  { fault: { kind: "huge-body" }, code: "vendor_response_unreadable" },
  { fault: { kind: "missing-field" }, code: "vendor_response_unreadable" },
  { fault: { kind: "redirect", to: "/elsewhere" }, code: "vendor_response_unreadable" },
];

/** The same for updates; `applied` says whether the vendor has made the change. */
export const spoiledUpdates: readonly (Spoiled & { readonly applied: boolean })[] = [
  { fault: { kind: "hang" }, code: "outcome_unknown", applied: false, slow: true },
  { fault: { kind: "apply-then-hang" }, code: "outcome_unknown", applied: true, slow: true },
  { fault: { kind: "apply-then-500" }, code: "outcome_unknown", applied: true },
  { fault: { kind: "status", status: 502 }, code: "outcome_unknown", applied: false },
  { fault: { kind: "status", status: 400 }, code: "vendor_refused", applied: false },
  { fault: { kind: "status", status: 401 }, code: "credentials_rejected", applied: false },
  { fault: { kind: "drop-before" }, code: "outcome_unknown", applied: false },
  { fault: { kind: "drop-after" }, code: "outcome_unknown", applied: true },
  { fault: { kind: "rate-limit", retryAfter: "seconds", seconds: 1 }, code: "rate_limited", applied: false },
  { fault: { kind: "rate-limit", retryAfter: "none" }, code: "rate_limited", applied: false },
  { fault: { kind: "html" }, code: "outcome_unknown", applied: true },
  { fault: { kind: "half-json" }, code: "outcome_unknown", applied: true },
  { fault: { kind: "empty-body" }, code: "outcome_unknown", applied: true },
  { fault: { kind: "huge-body" }, code: "outcome_unknown", applied: true },
  { fault: { kind: "missing-field" }, code: "outcome_unknown", applied: true },
  { fault: { kind: "redirect", to: "/elsewhere" }, code: "outcome_unknown", applied: false },
];

/** The cases with their faults as text, for test titles. */
export const named = <T extends { readonly fault: Fault }>(cases: readonly T[]) =>
  cases.map((each) => ({ ...each, what: JSON.stringify(each.fault).replaceAll('"', "") }));
